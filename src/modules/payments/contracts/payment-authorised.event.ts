import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The payment provider holds the money for the order: it can be captured or voided. */
@EventContract('payments.payment-authorised', { version: 1 })
export class PaymentAuthorised extends EventMessage<PaymentAuthorised> {
  @IsUUID()
  readonly orderId!: string;
}
