import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Undoes the order's payment before it is captured. Answered by `PaymentVoided`, also when there was no
 * payment, or when its authorisation is still under way.
 */
@CommandContract('payments.void-payment', { version: 1 })
export class VoidPayment extends CommandMessage<VoidPayment> {
  @IsUUID()
  readonly orderId!: string;
}
