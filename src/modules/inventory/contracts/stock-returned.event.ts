import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/** Returned goods of the order are back on the shelf. Key: orderId. */
@EventContract('inventory.stock-returned', { version: 1 })
export class StockReturned extends EventMessage<StockReturned> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly returnId!: string;

  /** One entry per item, in the order of their ids. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ItemQuantity)
  readonly lines!: ItemQuantity[];
}
