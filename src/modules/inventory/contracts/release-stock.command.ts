import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Gives back what is set aside for an order, also when nothing ever was: a `ReserveStock` that comes later is
 * refused. Answered once by `StockReleased`, unless the goods have left.
 */
@CommandContract('inventory.release-stock', { version: 1 })
export class ReleaseStock extends CommandMessage<ReleaseStock> {
  @IsUUID()
  readonly orderId!: string;
}
