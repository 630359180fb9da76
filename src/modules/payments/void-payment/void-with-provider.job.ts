import { type JobAttempt, JobHandler } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import type { ProviderRequest } from '../domain/payment-transitions';
import { PaymentsSettings } from '../payments.settings';
import { PaymentRepository } from '../persistence/payment.repository';
import { PaymentProvider } from '../provider/payment-provider';
import { ProviderJob } from '../provider/provider-job';
import { VOID, ProviderRequests, type VoidRequest } from '../provider/provider-requests';

@JobHandler(VOID)
export class VoidWithProvider extends ProviderJob<VoidRequest, void> {
  // Nest reads what to inject from the class itself, not from the one it extends.
  constructor(
    provider: PaymentProvider,
    payments: PaymentRepository,
    requests: ProviderRequests,
    settings: PaymentsSettings,
  ) {
    super(provider, payments, requests, settings);
  }

  perform(request: VoidRequest, attempt: JobAttempt): Promise<void> {
    return this.provider.void(request, attempt);
  }

  protected apply(payment: Payment): ProviderRequest | undefined {
    return payment.providerVoided();
  }
}
