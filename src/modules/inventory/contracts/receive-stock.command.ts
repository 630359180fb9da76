import { IsInt, Max, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { MAX_QUANTITY } from './item-quantity';

/**
 * Puts goods that came in on the shelf. Answers with what is there now. Refused with `inventory.item-unknown`
 * when the catalog knows no such item, `inventory.item-not-stock-tracked` when it is a service.
 */
@CommandContract('inventory.receive-stock', { version: 1 })
export class ReceiveStock extends CommandMessage<
  ReceiveStock,
  { itemId: string; onHand: number; reserved: number }
> {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;
}
