import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../platform/http/paging';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CatalogItemView } from '../item.view';

/** A page of items, withdrawn ones too, in the byte order of their codes. Asked by this module's own API only. */
@QueryContract('catalog.list-items', { version: 1 })
export class ListItems extends QueryMessage<ListItems, Page<CatalogItemView>> {
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit!: number;

  /** Where the page before ended; the first page has none. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly cursor?: string;
}
