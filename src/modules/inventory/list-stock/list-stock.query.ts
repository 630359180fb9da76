import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../platform/http/paging';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { StockView } from '../show-stock/stock.view';

/** A page of stock, in the byte order of the items' ids. Asked by this module's own API only. */
@QueryContract('inventory.list-stock', { version: 1 })
export class ListStock extends QueryMessage<ListStock, Page<StockView>> {
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
