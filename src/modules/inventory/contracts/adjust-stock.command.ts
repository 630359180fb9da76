import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { MAX_QUANTITY } from './item-quantity';

/**
 * Brings the books in line with the shelf: breakage, theft, a count. Answers with what is there now. Refused
 * with `inventory.adjustment-below-reserved` when less would be left than is set aside for orders, and as
 * `ReceiveStock` is.
 */
@CommandContract('inventory.adjust-stock', { version: 1 })
export class AdjustStock extends CommandMessage<
  AdjustStock,
  { itemId: string; onHand: number; reserved: number }
> {
  @IsItemId()
  readonly itemId!: string;

  /** Signed; 0 for a count that found what the books say. */
  @IsInt()
  @Min(-MAX_QUANTITY)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;

  @IsString()
  @Length(1, 200)
  readonly reason!: string;
}
