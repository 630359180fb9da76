import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/**
 * The parcel of the order is lost, and its goods with it: they count as lost. Key: orderId. They come back
 * where `StockBroughtBack` follows.
 */
@EventContract('inventory.stock-lost', { version: 1 })
export class StockLost extends EventMessage<StockLost> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly shipmentId!: string;

  /** One entry per item, in the order of their ids. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ItemQuantity)
  readonly lines!: ItemQuantity[];
}
