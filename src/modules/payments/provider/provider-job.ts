import type { DurableJob, JobAttempt } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import type { ProviderRequest } from '../domain/payment-transitions';
import { PaymentsSettings } from '../payments.settings';
import { PaymentRepository } from '../persistence/payment.repository';
import { PaymentProvider } from './payment-provider';
import { ProviderRequests } from './provider-requests';

/** One kind of call to the provider, and what its answer does to the payment it is about. */
export abstract class ProviderJob<Request extends { orderId: string }, Answer> implements DurableJob<
  Request,
  Answer
> {
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly longestRestMs: number;

  constructor(
    protected readonly provider: PaymentProvider,
    protected readonly payments: PaymentRepository,
    protected readonly requests: ProviderRequests,
    settings: PaymentsSettings,
  ) {
    const { concurrency, attemptMs, longestRestMs } = settings;
    this.concurrency = concurrency;
    this.timeoutMs = attemptMs;
    this.longestRestMs = longestRestMs;
  }

  abstract perform(request: Request, attempt: JobAttempt): Promise<Answer>;

  async prefetch(requests: readonly Request[]): Promise<void> {
    await this.payments.lockAll(requests.map(({ orderId }) => orderId));
  }

  async complete(request: Request, answer: Answer): Promise<void> {
    const payment = await this.payments.lock(request.orderId);
    if (!payment)
      throw new Error(`The provider answered for order ${request.orderId}, which has no payment.`);
    const next = await this.apply(payment, answer, request);
    await this.payments.save(payment);
    await this.requests.ask(next, payment);
  }

  /** Tells the payment; returns what the provider must be asked for next. */
  protected abstract apply(
    payment: Payment,
    answer: Answer,
    request: Request,
  ): ProviderRequest | undefined | Promise<ProviderRequest | undefined>;
}
