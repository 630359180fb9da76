import { Refusal } from '../../../platform/domain';

/** The refusal of an order with the client's number of another one. The number itself is not repeated. */
export function referenceTaken(orderId: string): Refusal {
  const code = 'orders.reference-taken';
  const reason = { pointer: '/externalReference', code, message: `Order ${orderId} has it.` };
  return new Refusal('conflict', code, 'There is an order with this externalReference already.', [reason], {
    id: orderId,
    href: `/orders/${orderId}`,
  });
}
