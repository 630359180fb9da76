import type { RigClient } from './rig-client';
import type { RigRecord } from './rig-record';

/** It needs no stock and no courier, so that an order of it comes to its end by itself. */
const SERVICE = 'ADVICE';

/**
 * Places an order that needs nothing but credit and a payment, and writes down that it was accepted; answers
 * its id.
 */
export async function orderService(
  client: RigClient,
  record: RigRecord,
  customerId: string,
  key: string,
): Promise<string> {
  const lines = [{ itemId: SERVICE, quantity: 1 }];
  const { status, body } = await client.ask({
    method: 'POST',
    path: '/orders',
    body: { customerId, currency: 'GBP', lines },
    key,
  });
  if (status !== 202)
    throw new Error(
      `${key} was answered with ${status} ${JSON.stringify(body)} and should have been accepted`,
    );
  const orderId = String(body.orderId);
  record.orders.set(orderId, {
    orderId,
    key,
    customerId,
    lines,
    total: record.items.get(SERVICE)?.price ?? Number.NaN,
    cancelled: false,
    dispatched: false,
    delivered: false,
    astray: null,
    returns: [],
  });
  return orderId;
}

/** Customers who can pay for anything. */
export const solvent = ({ customers }: RigRecord): string[] =>
  [...customers].filter(([, { creditLimit }]) => creditLimit > 1_000_000).map(([customerId]) => customerId);
