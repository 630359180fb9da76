import { IsString, IsUUID, Length } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/**
 * The order will not be paid: the payment provider said no, or the payment was voided before it was asked
 * for.
 */
@EventContract('payments.payment-declined', { version: 1 })
export class PaymentDeclined extends EventMessage<PaymentDeclined> {
  @IsUUID()
  readonly orderId!: string;

  /** A stable code: `declined-by-provider`, `voided-before`. */
  @IsString()
  @Length(1, 200)
  readonly reason!: string;
}
