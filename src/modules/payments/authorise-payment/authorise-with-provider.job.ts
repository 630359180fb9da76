import { type JobAttempt, JobHandler } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import type { ProviderRequest } from '../domain/payment-transitions';
import { PaymentsSettings } from '../payments.settings';
import { PaymentRepository } from '../persistence/payment.repository';
import { type AuthorisationAnswer, PaymentProvider } from '../provider/payment-provider';
import { ProviderJob } from '../provider/provider-job';
import { AUTHORISE, type AuthoriseRequest, ProviderRequests } from '../provider/provider-requests';

@JobHandler(AUTHORISE)
export class AuthoriseWithProvider extends ProviderJob<AuthoriseRequest, AuthorisationAnswer> {
  // Nest reads what to inject from the class itself, not from the one it extends.
  constructor(
    provider: PaymentProvider,
    payments: PaymentRepository,
    requests: ProviderRequests,
    settings: PaymentsSettings,
  ) {
    super(provider, payments, requests, settings);
  }

  perform(request: AuthoriseRequest, attempt: JobAttempt): Promise<AuthorisationAnswer> {
    return this.provider.authorise(request, attempt);
  }

  protected apply(payment: Payment, answer: AuthorisationAnswer): ProviderRequest | undefined {
    return answer.outcome === 'authorised'
      ? payment.providerAuthorised(answer.authorisationId)
      : payment.providerDeclined(answer.reason);
  }
}
