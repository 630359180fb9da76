import { RigClient } from '../load/rig-client';
import { orderService, solvent } from '../load/service-orders';
import { holdsWithin, untilUp } from '../patience/wait';
import type { Elsewhere, Stage } from '../stage/stage';
import type { Fault, Scene } from '../fault';
import { bitten } from './bitten';
import { Violated } from './violated';

const ORDERS = 3;
const PARCELS_WITHIN_MS = 20_000;
const seconds = new WeakMap<Stage, Elsewhere>();

/** What a module leaves in a database in which it works, and only there. */
const TRACES = `
  select (select count(*)::int from shipping.outbox) as published, (select count(*)::int from shipping.shipments) as parcels,
         (select count(*)::int from shipping.address_copies) as addresses`;

/**
 * A mistyped name of a database, with a login that may make it: an empty place of a module that lives
 * elsewhere.
 */
export const secondPlace: Fault = {
  name: 'second-place',
  sentence:
    'one more process hosts shipping on an empty database of its own beside the one that shipping lives in; it must say so, send requests on, and do nothing there',
  alike: true,
  async prepare({ stage }) {
    const second = await stage.elsewhereFor('shipping');
    seconds.set(stage, second);
    second.host.launch();
    await untilUp(stage, [second.host]);
  },
  async inject(scene) {
    const second = seconds.get(scene.stage)!;
    try {
      await useSecond(scene, second);
    } finally {
      await second.remove();
    }
    return performance.now();
  },
};

async function useSecond({ stage, record, trial }: Scene, { host, ask }: Elsewhere): Promise<void> {
  const shipments = (): Promise<{ id: string }[]> =>
    stage.askIn('shipping', 'select shipment_id::text as id from shipping.shipments');
  const client = new RigClient(host.url);
  try {
    const customers = solvent(record);
    const already = (await shipments()).length;
    for (let nth = 0; nth < ORDERS; nth += 1)
      await orderService(
        client,
        record,
        customers[nth % customers.length],
        `second-${trial}-${nth}-${already}`,
      );
    const parcels = await holdsWithin(PARCELS_WITHIN_MS, async () => (await shipments()).length > already);
    bitten(Number(parcels), 'no order of the load came to its parcel');
  } finally {
    client.close();
  }
  const [{ id }] = await shipments();
  const answer = await fetch(`${host.url}/shipments/${id}`, { signal: AbortSignal.timeout(10_000) });
  await answer.body?.cancel();
  if (answer.status !== 200)
    throw new Violated(
      'I1',
      `the parcel ${id} is not there for clients of the second place of shipping: ${answer.status}`,
    );
  const [{ published, parcels, addresses }] = await ask<{
    published: number;
    parcels: number;
    addresses: number;
  }>(TRACES);
  if (published + parcels + addresses > 0)
    throw new Violated(
      'I3',
      `shipping works in a second place, too: ${published} messages, ${parcels} parcels, ${addresses} addresses`,
    );
  const ready = await fetch(`${host.url}/health/ready`, { signal: AbortSignal.timeout(10_000) });
  const said = await ready.text();
  if (!said.includes('would be a second place'))
    throw new Violated('I7', `the process in the second place does not say so: ${said.slice(0, 400)}`);
}
