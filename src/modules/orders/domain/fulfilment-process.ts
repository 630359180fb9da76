/**
 * What the rest of the module asks of the running fulfilment of an order. Started by OrderPlaced, not from
 * here.
 */
export abstract class FulfilmentProcess {
  /**
   * Begins to cancel an order in the running unit of work. Refuses with `conflict` from its dispatch on, or
   * from its capture where there is nothing to dispatch, and when it is rejected or about to be. One that is
   * cancelled already, for whatever reason, or about to be, is left as it is.
   */
  abstract requestCancellation(orderId: string): Promise<void>;
}
