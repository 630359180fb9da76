import { Refusal } from '../../../platform/domain';

/** There is no order with this id. */
export const unknownOrder = (): Refusal =>
  new Refusal('unknown', 'orders.order-unknown', 'There is no order with this id.');
