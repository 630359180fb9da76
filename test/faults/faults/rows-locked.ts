import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Scene } from '../fault';
import { RigClient } from '../load/rig-client';
import { orderService, solvent } from '../load/service-orders';
import { holdsWithin } from '../patience/wait';
import { bitten } from './bitten';
import { LEASE_MS, SHORT_LEASE } from './short-lease';
import { Violated } from './violated';

const OTHERS = 6;
const LOCKED = 2;
const OTHERS_WITHIN_MS = 20_000;

/**
 * A session that was never closed, or a report with locks: transactions that need the row wait, and no others
 * may.
 */
export const rowsLocked: Fault = {
  name: 'rows-locked',
  sentence:
    "one customer's credit account is locked by another session for long; the orders of the others must move on meanwhile",
  alike: true,
  host: { settings: SHORT_LEASE },
  async inject(scene) {
    const { stage, record, trial } = scene;
    const customers = solvent(record);
    const locked = customers[trial % customers.length];
    const unlock = await lockAccount(scene, locked);
    const client = new RigClient(await stage.address());
    try {
      const waiting: string[] = [];
      for (let nth = 0; nth < LOCKED; nth += 1)
        waiting.push(await orderService(client, record, locked, `locked-${trial}-${nth}`));
      const others = customers.filter((customer) => customer !== locked);
      const free: string[] = [];
      for (let nth = 0; nth < OTHERS; nth += 1)
        free.push(
          await orderService(client, record, others[nth % others.length], `unlocked-${trial}-${nth}`),
        );
      const open = (orders: string[]): Promise<{ id: string }[]> =>
        stage.askAsAuditor(
          `select order_id::text as id from orders.orders where order_id = any($1::uuid[]) and state not in ('completed', 'rejected', 'cancelled')`,
          [orders],
        );
      if (!(await holdsWithin(OTHERS_WITHIN_MS, async () => (await open(free)).length === 0)))
        throw new Violated(
          'I6',
          `${(await open(free)).length} of ${OTHERS} orders of other customers wait for a locked row of customer ${locked}`,
        );
      // Transactions that gave up waiting for the lock are tried again.
      await sleep(LEASE_MS);
      bitten((await open(waiting)).length, 'no order waited for the locked row');
    } finally {
      client.close();
      await unlock();
    }
    return performance.now();
  },
};

async function lockAccount({ stage }: Scene, customerId: string): Promise<() => Promise<void>> {
  const client = new Client({
    connectionString: await stage.moduleUrl('payments'),
    application_name: 'rig locker',
  });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  // The login's own limits are for the application.
  await client.query('set local idle_in_transaction_session_timeout = 0');
  const { rowCount } = await client.query(
    'select from payments.credit_accounts where customer_id = $1 for update',
    [customerId],
  );
  bitten(rowCount ?? 0, 'there was no account to lock');
  return () => client.end();
}
