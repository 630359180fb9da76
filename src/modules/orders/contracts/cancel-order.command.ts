import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Asks for an order to be cancelled. Refused from its dispatch on; otherwise everything held for it is given
 * back first.
 */
@CommandContract('orders.cancel-order', { version: 1 })
export class CancelOrder extends CommandMessage<CancelOrder> {
  @IsUUID()
  readonly orderId!: string;
}
