import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/** What was set aside for the order has left the warehouse. Key: orderId. */
@EventContract('inventory.stock-dispatched', { version: 1 })
export class StockDispatched extends EventMessage<StockDispatched> {
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
