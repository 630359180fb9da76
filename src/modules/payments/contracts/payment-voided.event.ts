import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The order's payment is undone: the provider holds nothing for it, and never will again. */
@EventContract('payments.payment-voided', { version: 1 })
export class PaymentVoided extends EventMessage<PaymentVoided> {
  @IsUUID()
  readonly orderId!: string;
}
