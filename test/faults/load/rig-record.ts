/** One line of an order as it was asked for. */
export interface AskedLine {
  readonly itemId: string;
  readonly quantity: number;
}

/** An order that the application accepted, and what was done with it since; each was acknowledged. */
export interface AcceptedOrder {
  readonly orderId: string;
  /** The Idempotency-Key it was placed with. */
  readonly key: string;
  readonly customerId: string;
  readonly lines: readonly AskedLine[];
  /** In minor units, as the price list of the rig makes it. */
  readonly total: number;
  /** A cancellation was acknowledged; it may still lose against the dispatch. */
  cancelled: boolean;
  dispatched: boolean;
  delivered: boolean;
  /** What was last reported of a parcel that did not arrive. */
  astray: 'refused' | 'lost' | 'returned' | null;
  readonly returns: {
    readonly returnId: string;
    readonly lines: readonly AskedLine[];
    readonly refund: number;
  }[];
}

/** What the rig asked for and was promised, in its own words: the checks compare the database with it. */
export class RigRecord {
  readonly customers = new Map<string, { creditLimit: number }>();
  readonly items = new Map<string, { stockTracked: boolean; price: number; received: number }>();
  readonly orders = new Map<string, AcceptedOrder>();
  /** Idempotency-Keys of requests for orders that have had no answer yet: their outcome is unknown. */
  readonly unanswered = new Set<string>();
  /** Idempotency-Keys of requests for orders that were refused: none of them may have left an order. */
  readonly refusedKeys = new Set<string>();
  /** Answers that contradict one another or the request, such as two orders for one key; a sentence each. */
  readonly contradictions: string[] = [];
  /**
   * Prices and addresses that were acknowledged, as `log key value`: a message in the log must tell of each.
   */
  readonly news: { readonly log: 'pricing' | 'customers'; readonly key: string; readonly mark: string }[] =
    [];
  /**
   * Messages that the rig appended to logs itself, by id: committed ones must reach every subscription, the
   * others none.
   */
  readonly published = new Map<string, { readonly log: string; readonly committed: boolean }>();

  private prices = 100;

  /** A price that nothing had before, so that a message and its effect can be told from all others. */
  nextPrice(): number {
    return (this.prices += 1);
  }
}
