import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../fault';
import { RigClient } from '../load/rig-client';
import { RigRecord } from '../load/rig-record';
import { orderService, solvent } from '../load/service-orders';
import { holdsWithin } from '../patience/wait';

const ORDERS = 8;
const DONE_WITHIN_MS = 20_000;

/**
 * Work that is done and then lost with the database: no record has it. Answers the id of a customer who was
 * registered, and moved.
 */
export async function workToBeForgotten({ stage, record, trial }: Scene): Promise<string> {
  const forgotten = new RigRecord();
  for (const [itemId, item] of record.items) forgotten.items.set(itemId, item);
  const client = new RigClient(await stage.address());
  try {
    const customers = solvent(record);
    const orders: string[] = [];
    for (let nth = 0; nth < ORDERS; nth += 1)
      orders.push(
        await orderService(
          client,
          forgotten,
          customers[nth % customers.length],
          `forgotten-${trial}-${nth}-${Date.now()}`,
        ),
      );
    const address = { line1: 'to be forgotten', city: 'Paris', country: 'France' };
    const { body } = await client.ask({
      method: 'POST',
      path: '/customers',
      body: { name: 'Nobody', address },
      key: `nobody-${trial}-${Date.now()}`,
    });
    const customerId = String(body.customerId);
    for (let move = 0; move < 5; move += 1)
      await client.ask({
        method: 'PUT',
        path: `/customers/${customerId}/address`,
        body: { ...address, line1: `to be forgotten ${move}` },
      });
    const done = async (): Promise<boolean> => {
      const [{ open, moved }] = await stage.askAsSuperuser<{ open: number; moved: number }>(
        `select (select count(*)::int from orders.orders where order_id = any($1::uuid[]) and state not in ('completed', 'rejected', 'cancelled')) as open,
                (select count(*)::int from rig.effects where subscription = 'shipping.keep-address-book' and key = $2) as moved`,
        [orders, customerId],
      );
      return open === 0 && moved === 6;
    };
    if (!(await holdsWithin(DONE_WITHIN_MS, done)))
      throw new Error('The work that is to be lost did not come to its end.');
    // Their positions move on once more, behind what they have written themselves.
    await sleep(500);
    return customerId;
  } finally {
    client.close();
  }
}
