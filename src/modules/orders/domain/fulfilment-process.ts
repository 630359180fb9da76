/** What the rest of the module asks of the running fulfilment of an order. Started by OrderPlaced, not from here. */
export abstract class FulfilmentProcess {
  /**
   * Begins to cancel an order in the running unit of work. Refuses with `conflict` when the order is final or past its
   * dispatch; asking again while it is being cancelled changes nothing.
   */
  abstract requestCancellation(orderId: string): Promise<void>;
}
