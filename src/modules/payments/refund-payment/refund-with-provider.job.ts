import { type JobAttempt, JobHandler } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import { PaymentsSettings } from '../payments.settings';
import { PaymentRepository } from '../persistence/payment.repository';
import { RefundRepository } from '../persistence/refund.repository';
import { PaymentProvider } from '../provider/payment-provider';
import { ProviderJob } from '../provider/provider-job';
import { ProviderRequests, REFUND, type RefundRequest } from '../provider/provider-requests';

@JobHandler(REFUND)
export class RefundWithProvider extends ProviderJob<RefundRequest, void> {
  constructor(
    provider: PaymentProvider,
    payments: PaymentRepository,
    requests: ProviderRequests,
    settings: PaymentsSettings,
    private readonly refunds: RefundRepository,
  ) {
    super(provider, payments, requests, settings);
  }

  perform(request: RefundRequest, attempt: JobAttempt): Promise<void> {
    return this.provider.refund(request, attempt);
  }

  protected async apply(payment: Payment, _answer: void, { returnId }: RefundRequest): Promise<undefined> {
    const refund = await this.refunds.find(returnId);
    if (!refund)
      throw new Error(
        `The provider answered for the refund of return ${returnId}, which was never asked for.`,
      );
    payment.providerRefunded(refund);
    await this.refunds.save(refund);
  }
}
