/**
 * `unknown` never asked for, not stored · `requested` the provider is asked and its answer not known ·
 * `voiding` to be undone: with an authorisation the provider is asked to void it, without one its answer is
 * awaited first ·
 * `forestalled` voided before it was asked for.
 */
export type PaymentState =
  | 'unknown'
  | 'requested'
  | 'authorised'
  | 'declined'
  | 'capturing'
  | 'captured'
  | 'voiding'
  | 'voided'
  | 'forestalled';

/** The commands, and the provider's answers. */
export type PaymentInput =
  | 'authorise'
  | 'capture'
  /** The provider may have been asked for the authorisation. */
  | 'void'
  /** The request for the authorisation was taken back before the provider was asked. */
  | 'void-unasked'
  | 'provider-authorised'
  | 'provider-declined'
  | 'provider-captured'
  | 'provider-voided';

export type ProviderRequest = 'authorise' | 'capture' | 'void';
export type PaymentAnswer = 'authorised' | 'declined' | 'captured' | 'voided';

export interface PaymentTransition {
  to: PaymentState;
  /** What the provider is asked for. */
  ask?: ProviderRequest;
  /** What is published. */
  publish?: PaymentAnswer;
}

/**
 * `ignore`: a repetition, or an answer that came too late to matter. `refuse`: the sender is in another state
 * than the payment.
 */
export type PaymentReaction = PaymentTransition | 'ignore' | 'refuse';

const NO_ANSWER_AWAITED = {
  'provider-authorised': 'ignore',
  'provider-declined': 'ignore',
  'provider-captured': 'ignore',
  'provider-voided': 'ignore',
} as const;

/** What a payment does in each state with each input. */
export const PAYMENT_TRANSITIONS: Record<PaymentState, Record<PaymentInput, PaymentReaction>> = {
  unknown: {
    ...NO_ANSWER_AWAITED,
    authorise: { to: 'requested', ask: 'authorise' },
    capture: 'refuse',
    void: { to: 'forestalled', publish: 'voided' },
    'void-unasked': { to: 'forestalled', publish: 'voided' },
  },
  forestalled: {
    ...NO_ANSWER_AWAITED,
    authorise: { to: 'voided', publish: 'declined' },
    capture: 'refuse',
    void: 'ignore',
    'void-unasked': 'ignore',
  },
  requested: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'refuse',
    void: { to: 'voiding' },
    'void-unasked': { to: 'voided', publish: 'voided' },
    'provider-authorised': { to: 'authorised', publish: 'authorised' },
    'provider-declined': { to: 'declined', publish: 'declined' },
  },
  authorised: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: { to: 'capturing', ask: 'capture' },
    void: { to: 'voiding', ask: 'void' },
    'void-unasked': { to: 'voiding', ask: 'void' },
  },
  declined: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'refuse',
    void: { to: 'voided', publish: 'voided' },
    'void-unasked': { to: 'voided', publish: 'voided' },
  },
  capturing: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'ignore',
    void: 'refuse',
    'void-unasked': 'refuse',
    'provider-captured': { to: 'captured', publish: 'captured' },
  },
  captured: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'ignore',
    void: 'refuse',
    'void-unasked': 'refuse',
  },
  voiding: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'refuse',
    void: 'ignore',
    'void-unasked': 'ignore',
    'provider-authorised': { to: 'voiding', ask: 'void' },
    'provider-declined': { to: 'voided', publish: 'voided' },
    'provider-voided': { to: 'voided', publish: 'voided' },
  },
  voided: {
    ...NO_ANSWER_AWAITED,
    authorise: 'ignore',
    capture: 'refuse',
    void: 'ignore',
    'void-unasked': 'ignore',
  },
};
