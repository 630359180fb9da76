import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '../support/eventually';
import type { HostProcess } from './host-process';
import { shortPlan } from './load';
import { announcedSeed, seededRandom } from './seeded-random';
import { Stage } from './stage';

const ORDERS = Number(process.env.FAULT_ORDERS ?? 60);
const SETTINGS = { PAYMENT_SIMULATOR_LATENCY_MS: '50', DATABASE_POOL_SIZE: '3' };

interface LaneGroup {
  subscription: string;
  log: string;
  laneGroup: number;
  owner: string | null;
}

const laneGroups = async (host: HostProcess): Promise<LaneGroup[]> =>
  ((await (await fetch(`${host.opsUrl}/ops/api/subscriptions`)).json()) as { items: LaneGroup[] }).items;

/** The owners of lane groups, each with how many it has. */
async function owners(host: HostProcess): Promise<Map<string | null, number>> {
  const counts = new Map<string | null, number>();
  for (const { owner } of await laneGroups(host)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

describe('two processes of the application on one database', () => {
  let stage: Stage;
  let first: HostProcess;
  let second: HostProcess;

  beforeEach(async () => {
    stage = new Stage();
    first = await stage.addHost(SETTINGS);
    second = await stage.addHost(SETTINGS);
    await first.start();
    await second.start();
  }, 60_000);

  afterEach(() => stage.clear(), 60_000);

  /** Both have lane groups, and none is without an owner. */
  const shared = (host: HostProcess): Promise<Map<string | null, number>> =>
    eventually(async () => {
      const counts = await owners(host);
      expect({ unowned: counts.get(null) ?? 0, processes: counts.size }).toEqual({ unowned: 0, processes: 2 });
      return counts;
    });

  it.each([
    ['the one that started the database', () => [first, second] as const],
    ['the one that came later', () => [second, first] as const],
  ])('share the work, and lose nothing when %s is killed', async (_, roles) => {
    const [victim, survivor] = roles();
    const random = seededRandom(announcedSeed());
    const shares = await shared(survivor);
    for (const share of shares.values()) expect(share).toBeGreaterThanOrEqual(Math.floor(Math.min(...shares.values())));
    const load = await stage.load(await shortPlan(ORDERS), 6);
    const playing = load.play();
    playing.catch(() => undefined);
    await eventually(() => expect(load.tally.finished).toBeGreaterThan(3), 60_000);
    await sleep(random() * 500);
    await victim.kill();
    const killed = performance.now();
    await eventually(async () => expect([...(await owners(survivor)).keys()]).toEqual([expect.any(String)]), 30_000);
    const takenOver = performance.now() - killed;
    await stage.outcomeOf(playing);
    const finished = performance.now() - killed;
    await stage.expectAllIsWell(load, survivor.opsUrl);
    process.stderr.write(`leases taken over after ${Math.round(takenOver)} ms, all final after ${Math.round(finished)} ms\n`);
  }, 120_000);

  it('give their leases back when they are asked to stop, and go on without one another', async () => {
    await shared(second);
    const load = await stage.load(await shortPlan(ORDERS / 2), 6);
    const playing = load.play();
    playing.catch(() => undefined);
    await eventually(() => expect(load.tally.finished).toBeGreaterThan(3), 60_000);

    const asked = performance.now();
    await first.terminate();
    const stopped = performance.now() - asked;
    const client = new Client({ connectionString: await (await stage.database()).auditorUrl() });
    await client.connect();
    const { rows } = await client.query<{ workers: number }>('select count(*)::int as workers from orders.subscription_workers').finally(() => client.end());
    expect(rows).toEqual([{ workers: 1 }]);
    await eventually(async () => expect([...(await owners(second)).keys()]).toEqual([expect.any(String)]), 30_000);
    process.stderr.write(`stopped after ${Math.round(stopped)} ms, leases with the other after ${Math.round(performance.now() - asked)} ms\n`);
    await stage.outcomeOf(playing);
    await stage.expectAllIsWell(load, second.opsUrl);
  }, 120_000);
});
