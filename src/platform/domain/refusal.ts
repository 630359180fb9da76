/** Why a request was not done. Only the HTTP layer maps it to a status code. */
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

/** What stands in the way of a request, for the client to go on with. */
export interface ExistingResource {
  id: string;
  /** Its path in the API. */
  href: string;
}

/** A business rule said no. Carries a stable code and the facts; is never retried. */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** Stable, for programs: `order.not-cancellable`. */
    readonly code: string,
    message: string,
    readonly reasons: RefusalReason[] = [],
    readonly existing?: ExistingResource,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}
