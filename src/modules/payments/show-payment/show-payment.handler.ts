import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Refusal } from '../../../platform/domain/refusal';
import { PaymentRepository } from '../persistence/payment.repository';
import { RefundRepository } from '../persistence/refund.repository';
import type { PaymentView } from './payment.view';
import { ShowPayment } from './show-payment.query';

@QueryHandler(ShowPayment)
export class ShowPaymentHandler implements IQueryHandler<ShowPayment> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly refunds: RefundRepository,
  ) {}

  async execute({ orderId }: ShowPayment): Promise<PaymentView> {
    const payment = await this.payments.find(orderId);
    if (!payment) throw new Refusal('unknown', 'payments.payment-unknown', `There is no payment of an order ${orderId}.`);
    const refunds = await this.refunds.ofOrder(orderId);
    const { customerId, state, captured, refunded, declineReason } = payment;
    return {
      orderId,
      customerId,
      state,
      amount: payment.currency === null ? null : payment.money(),
      captured,
      refunded,
      declineReason,
      refunds: refunds.map(({ returnId, amount, state: refundState }) => ({ returnId, amount: payment.money(amount), state: refundState })),
    };
  }
}
