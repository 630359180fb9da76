import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Takes the money that was authorised. Answered by `PaymentCaptured`; refused unless the payment is
 * authorised.
 */
@CommandContract('payments.capture-payment', { version: 1 })
export class CapturePayment extends CommandMessage<CapturePayment> {
  @IsUUID()
  readonly orderId!: string;
}
