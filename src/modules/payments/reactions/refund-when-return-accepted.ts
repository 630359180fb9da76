import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { ReturnAccepted } from '../../orders/contracts/return-accepted.event';
import { PaymentRepository } from '../persistence/payment.repository';
import { RefundRepository } from '../persistence/refund.repository';
import { ProviderRequests } from '../provider/provider-requests';

/** Gives the money for returned lines back. One refund for each return, however often it is reported. */
@Subscription('payments.refund-returns')
@EventsHandler(ReturnAccepted)
export class RefundWhenReturnAccepted implements IEventHandler<ReturnAccepted> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly refunds: RefundRepository,
    private readonly provider: ProviderRequests,
  ) {}

  async handle({ orderId, returnId, refund: amount }: ReturnAccepted): Promise<void> {
    const payment = await this.payments.lockOrCreate(orderId);
    if (await this.refunds.find(returnId)) return;
    const refund = payment.requestRefund(returnId, amount);
    await this.payments.save(payment);
    await this.refunds.add(refund);
    await this.provider.refund(refund, payment);
  }
}
