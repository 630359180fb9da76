import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../platform/http/paging';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { ItemPricesView } from '../price.view';

/** A page of list prices, in the byte order of the items' codes. Asked by this module's own API only. */
@QueryContract('pricing.list-prices', { version: 1 })
export class ListPrices extends QueryMessage<ListPrices, Page<ItemPricesView>> {
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit!: number;

  /** Where the page before ended; the first page has none. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly cursor?: string;

  /** Only items that have a price in it; all when absent. */
  @IsOptional()
  @IsString()
  readonly currency?: string;
}
