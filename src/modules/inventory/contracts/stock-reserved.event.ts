import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/** Everything the order asked for is set aside for it. Key: orderId. */
@EventContract('inventory.stock-reserved', { version: 1 })
export class StockReserved extends EventMessage<StockReserved> {
  @IsUUID()
  readonly orderId!: string;

  /** One entry per item, in the order of their ids. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ItemQuantity)
  readonly lines!: ItemQuantity[];
}
