/** Money on its way back for one return. Belongs to its payment, whose row each change locks. */
export class Refund {
  returnId!: string;
  orderId!: string;
  /** In minor units of the payment's currency. */
  amount!: number;
  state: 'requested' | 'refunded' = 'requested';

  static of(orderId: string, returnId: string, amount: number): Refund {
    return Object.assign(new Refund(), { orderId, returnId, amount });
  }
}
