import { type JobAttempt, JobHandler } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import type { ProviderRequest } from '../domain/payment-transitions';
import { PaymentsSettings } from '../payments.settings';
import { PaymentRepository } from '../persistence/payment.repository';
import { PaymentProvider } from '../provider/payment-provider';
import { ProviderJob } from '../provider/provider-job';
import { CAPTURE, ProviderRequests, type CaptureRequest } from '../provider/provider-requests';

@JobHandler(CAPTURE)
export class CaptureWithProvider extends ProviderJob<CaptureRequest, void> {
  // Nest reads what to inject from the class itself, not from the one it extends.
  constructor(
    provider: PaymentProvider,
    payments: PaymentRepository,
    requests: ProviderRequests,
    settings: PaymentsSettings,
  ) {
    super(provider, payments, requests, settings);
  }

  perform(request: CaptureRequest, attempt: JobAttempt): Promise<void> {
    return this.provider.capture(request, attempt);
  }

  protected apply(payment: Payment): ProviderRequest | undefined {
    return payment.providerCaptured();
  }
}
