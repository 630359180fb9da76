import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { ItemQuantity, MAX_LINES } from './item-quantity';

/** Sets aside everything an order needs, or nothing. Answered once by `StockReserved` or `StockRefused`. */
@CommandContract('inventory.reserve-stock', { version: 1 })
export class ReserveStock extends CommandMessage<ReserveStock> {
  @IsUUID()
  readonly orderId!: string;

  /** Stock-tracked items only. An item may stand in several lines. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ItemQuantity)
  readonly lines!: ItemQuantity[];
}
