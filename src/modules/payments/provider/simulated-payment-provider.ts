import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Money } from '../../../platform/domain';
import { PaymentsSettings } from '../payments.settings';
import { type AuthorisationAnswer, PaymentProvider, type ProviderCall } from './payment-provider';

/** How many idempotency keys are remembered; the oldest are forgotten first. */
const REMEMBERED = 50_000;

/**
 * A SIMULATOR: no money moves. It stands where a real provider's client would, so that everything around it
 * can be tried: it can be slow, fail before it does anything, and do its work but never answer, each by
 * configuration. It declines amounts whose minor units modulo 50 are 13. Its answers follow from the
 * idempotency key and the amount alone, so they are the same after a restart, when the keys it remembers in
 * memory are gone.
 */
@Injectable()
export class SimulatedPaymentProvider extends PaymentProvider {
  private readonly answers = new Map<string, unknown>();

  constructor(private readonly settings: PaymentsSettings) {
    super();
  }

  override authorise(
    { amount }: { orderId: string; amount: Money },
    call: ProviderCall,
  ): Promise<AuthorisationAnswer> {
    return this.answer<AuthorisationAnswer>(call, () =>
      amount.amount % 50 === 13
        ? { outcome: 'declined', reason: 'declined-by-provider' }
        : {
            outcome: 'authorised',
            authorisationId: `simulated-${createHash('sha256').update(call.idempotencyKey).digest('hex').slice(0, 24)}`,
          },
    );
  }

  override capture(_request: { authorisationId: string; amount: Money }, call: ProviderCall): Promise<void> {
    return this.answer(call, () => undefined);
  }

  override void(_request: { authorisationId: string }, call: ProviderCall): Promise<void> {
    return this.answer(call, () => undefined);
  }

  override refund(_request: { authorisationId: string; amount: Money }, call: ProviderCall): Promise<void> {
    return this.answer(call, () => undefined);
  }

  private async answer<T>({ idempotencyKey, signal }: ProviderCall, effect: () => T): Promise<T> {
    const { simulatorLatencyMs, simulatorFailureRate, simulatorTimeoutRate } = this.settings;
    signal.throwIfAborted();
    if (simulatorLatencyMs > 0) await delay(simulatorLatencyMs, undefined, { signal });
    if (Math.random() < simulatorFailureRate)
      throw new Error('The simulated payment provider failed, as it was configured to.');
    if (!this.answers.has(idempotencyKey)) this.remember(idempotencyKey, effect());
    if (Math.random() < simulatorTimeoutRate) await aborted(signal);
    return this.answers.get(idempotencyKey) as T;
  }

  private remember(key: string, answer: unknown): void {
    this.answers.set(key, answer);
    if (this.answers.size <= REMEMBERED) return;
    const [oldest] = this.answers.keys();
    this.answers.delete(oldest);
  }
}

/** Never resolves; rejects when the signal aborts. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
