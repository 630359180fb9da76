import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Scene } from '../fault';
import { type Asked, RigClient } from '../load/rig-client';
import { TcpProxy, type Verdict } from '../stage/tcp-proxy';
import { bitten } from './bitten';

/** In each trial; the outcome of every one is in doubt at least once. */
const REQUESTS = 40;
const AT_A_TIME = 8;
const SERVICE = { itemId: 'DOUBT', price: 500 };
const LONGEST_UNTIL_KILLED_MS = 20;

/**
 * A client that got no answer does not know whether its order exists. It asks again with its Idempotency-Key,
 * and must be told the first outcome.
 */
export const answersLost: Fault = {
  name: 'answers-lost',
  sentence: `the connections of ${REQUESTS} orders are cut before or after their commit, in every third trial also by kill -9; each is sent again with its key`,
  async inject(scene) {
    const { stage, record, random, trial } = scene;
    const address = await stage.address();
    const direct = stage.keep(new RigClient(address));
    const customerId = await openAccount(direct, scene);
    const proxy = await TcpProxy.before(() => Number(new URL(address).port));
    const doubting = new RigClient(`http://127.0.0.1:${proxy.port}`);
    const inDoubt = new Set<string>();
    proxy.judge = (bytes): Verdict => {
      const key = /^idempotency-key: (\S+)/im.exec(bytes.toString('latin1'))?.[1];
      if (key === undefined || (inDoubt.has(key) && random() < 0.7)) return 'pass';
      inDoubt.add(key);
      return random() < 0.8 ? 'cut-at-answer' : 'cut-before';
    };

    const place = async (index: number): Promise<void> => {
      const lines = [{ itemId: SERVICE.itemId, quantity: 1 + (index % 3) }];
      const key = `doubt-${trial}-${index}`;
      const asked: Asked = {
        method: 'POST',
        path: '/orders',
        body: { customerId, currency: 'GBP', lines },
        key,
      };
      const { status, body } = await doubting.ask(asked);
      const again = await direct.ask(asked);
      const orderId = String(body.orderId);
      if (status !== 202 || again.status !== 202 || again.body.orderId !== orderId)
        record.contradictions.push(
          `${key} was answered with ${status} and order ${orderId}, and then with ${JSON.stringify(again)}`,
        );
      record.orders.set(orderId, {
        orderId,
        key,
        customerId,
        lines,
        total: lines[0].quantity * SERVICE.price,
        cancelled: false,
        dispatched: false,
        delivered: false,
        astray: null,
        returns: [],
      });
    };

    let next = 0;
    const placeSome = async (): Promise<void> => {
      while (next < REQUESTS) await place(next++);
    };
    const killing = trial % 3 === 2 ? killWhen(() => next >= REQUESTS / 2, scene) : undefined;
    try {
      await Promise.all([...Array.from({ length: AT_A_TIME }, placeSome), killing]);
    } finally {
      doubting.close();
      direct.close();
      proxy.close();
    }
    bitten(Number(inDoubt.size === REQUESTS), `only ${inDoubt.size} of ${REQUESTS} requests were in doubt`);
    return performance.now();
  },
};

async function openAccount(client: RigClient, { record }: Scene): Promise<string> {
  const must = async (asked: Asked): Promise<Record<string, unknown>> => {
    const { status, body } = await client.ask(asked);
    if (status >= 300)
      throw new Error(`${asked.method} ${asked.path} was answered with ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const { itemId, price } = SERVICE;
  const address = { line1: 'in doubt', city: 'Paris', country: 'France' };
  const limit = 1_000_000_000;
  const { customerId } = await must({
    method: 'POST',
    path: '/customers',
    body: { name: 'Thomas', address },
    key: 'customer-Thomas',
  });
  await must({
    method: 'PUT',
    path: `/credit-accounts/${String(customerId)}`,
    body: { limit: { amount: limit, currency: 'GBP' } },
  });
  await must({
    method: 'POST',
    path: '/items',
    body: { itemId, name: itemId, stockTracked: false },
    key: `item-${itemId}`,
  });
  await must({
    method: 'PUT',
    path: `/prices/${itemId}`,
    body: { unitPrice: { amount: price, currency: 'GBP' } },
  });
  record.customers.set(String(customerId), { creditLimit: limit });
  record.items.set(itemId, { stockTracked: false, price, received: 0 });
  return String(customerId);
}

async function killWhen(due: () => boolean, { stage, random }: Scene): Promise<void> {
  while (!due()) await sleep(1);
  const victim = stage.hosts[Math.floor(random() * stage.hosts.length)];
  await sleep(random() * LONGEST_UNTIL_KILLED_MS);
  await victim.kill();
  victim.launch();
}
