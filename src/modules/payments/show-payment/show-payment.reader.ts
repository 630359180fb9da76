import { Injectable } from '@nestjs/common';
import { Refusal } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import { PaymentRepository } from '../persistence/payment.repository';
import { RefundRepository } from '../persistence/refund.repository';
import type { PaymentView } from './payment.view';

/** Reads the payment of one order with its refunds. Refuses an order without one. */
@Injectable()
export class ShowPaymentReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly payments: PaymentRepository,
    private readonly refunds: RefundRepository,
  ) {}

  read(orderId: string): Promise<PaymentView> {
    return this.work.read('payments', async () => {
      const payment = await this.payments.find(orderId);
      if (!payment)
        throw new Refusal(
          'unknown',
          'payments.payment-unknown',
          `There is no payment of an order ${orderId}.`,
        );
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
        refunds: refunds.map(({ returnId, amount, state: refundState }) => ({
          returnId,
          amount: payment.money(amount),
          state: refundState,
        })),
      };
    });
  }
}
