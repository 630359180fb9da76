/** An order is placed. Stands for `PlaceOrder`, whose answer depends on other modules' data. */
export class OrderIsPlaced {
  constructor(
    readonly orderId: string,
    readonly customerId: string,
    readonly lines: readonly { itemId: string; quantity: number; unitPrice: number; stockTracked: boolean }[],
    readonly currency = 'GBP',
  ) {}
}

/** A look whether an order's deadline has passed. */
export class DeadlineIsLookedAt {
  constructor(readonly orderId: string) {}
}

/** Time passes. */
export class MinutesPass {
  constructor(readonly minutes: number) {}
}
