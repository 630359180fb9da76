import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/**
 * The parcel of the order came back, and its goods are on the shelf again. Where they counted as lost, they
 * do so no more. Key: orderId.
 */
@EventContract('inventory.stock-brought-back', { version: 1 })
export class StockBroughtBack extends EventMessage<StockBroughtBack> {
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
