/** Why a request was not done. The HTTP layer maps it to a status; nobody else knows status codes. */
export type RefusalKind = 'invalid' | 'unknown' | 'conflict' | 'precondition-failed' | 'not-allowed';

/** One reason, and the part of the request it is about. */
export interface RefusalReason {
  /** JSON pointer into the request, such as `/lines/3/quantity`; empty for the whole. */
  pointer: string;
  /** Stable, for programs: `order.line.quantity-not-positive`. */
  code: string;
  /** For people. Must not contain personal data. */
  message: string;
}

/** A business rule said no. Carries a stable code and the facts; is never retried. */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** Stable, for programs: `order.not-cancellable`. */
    readonly code: string,
    message: string,
    readonly reasons: RefusalReason[] = [],
  ) {
    super(message);
    this.name = 'Refusal';
  }
}
