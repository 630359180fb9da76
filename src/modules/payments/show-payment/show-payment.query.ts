import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { PaymentView } from './payment.view';

/** The payment of one order with its refunds. */
@QueryContract('payments.show-payment', { version: 1 })
export class ShowPayment extends QueryMessage<ShowPayment, PaymentView> {
  @IsUUID()
  readonly orderId!: string;
}
