import type { Money } from '../../../platform/domain';

export interface ProviderCall {
  /** The provider does what it is asked for once per key, and answers a repetition as it answered first. */
  idempotencyKey: string;
  /** Aborts when the caller has stopped waiting; what the provider then did is unknown. */
  signal: AbortSignal;
}

export type AuthorisationAnswer =
  { outcome: 'authorised'; authorisationId: string } | { outcome: 'declined'; reason: string };

/**
 * The service that moves the money. Called from durable jobs only, never inside a transaction: a call may be
 * slow, fail, or do its work and not answer. Anything thrown means "unknown", and the call is repeated with
 * the same key.
 */
export abstract class PaymentProvider {
  /** Holds money for an order. */
  abstract authorise(
    request: { orderId: string; amount: Money },
    call: ProviderCall,
  ): Promise<AuthorisationAnswer>;
  /** Takes what is held. */
  abstract capture(request: { authorisationId: string; amount: Money }, call: ProviderCall): Promise<void>;
  /** Gives back what is held and not taken. */
  abstract void(request: { authorisationId: string }, call: ProviderCall): Promise<void>;
  /** Pays back some of what was taken. */
  abstract refund(request: { authorisationId: string; amount: Money }, call: ProviderCall): Promise<void>;
}
