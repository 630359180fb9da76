import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import type { HostProcess } from './host-process';
import { laneGroupsByOwner } from './lane-groups';
import { type Load, shortPlan } from './load';
import { announcedSeed, seededRandom } from './seeded-random';
import { Stage } from './stage';

const ORDERS = Number(process.env.FAULT_ORDERS ?? 40);
const SETTINGS = { PAYMENT_SIMULATOR_LATENCY_MS: '50', DATABASE_POOL_SIZE: '3' };
const PATIENCE_MS = 30_000;

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

  /** Resolves once every lane group has an owner, and both processes are among them. */
  const shared = (): Promise<void> =>
    eventually(async () => {
      const shares = await laneGroupsByOwner(second);
      expect({ unowned: shares.get(null) ?? 0, processes: shares.size }).toEqual({ unowned: 0, processes: 2 });
    }, PATIENCE_MS);

  const ownedByOne = (host: HostProcess): Promise<void> =>
    eventually(async () => expect([...(await laneGroupsByOwner(host)).keys()]).toEqual([expect.any(String)]), PATIENCE_MS);

  /** Starts the load on both processes and resolves once both have handled messages and some orders are final. */
  const underLoad = async (): Promise<{ load: Load; playing: Promise<void> }> => {
    await shared();
    const load = await stage.load(await shortPlan(ORDERS), 6);
    const playing = load.play();
    playing.catch(() => undefined);
    await Promise.race([playing, eventually(() => expect(load.tally.finished).toBeGreaterThan(3), 60_000)]);
    const active = await stage.askAsAuditor<{ owner: string }>(
      `select distinct owner from orders.subscription_positions where tick > 0 and moved_at > now() - interval '10 seconds'`,
    );
    expect(active).toHaveLength(2);
    return { load, playing };
  };

  it.each([
    ['the one that started the database', () => [first, second] as const],
    ['the one that came later', () => [second, first] as const],
  ])(
    'share the work, and lose nothing when %s is killed',
    async (_, roles) => {
      const [victim, survivor] = roles();
      const random = seededRandom(announcedSeed());
      const { load, playing } = await underLoad();
      await sleep(random() * 500);
      await victim.kill();
      const killedAt = performance.now();
      const since = (): string => `${Math.round(performance.now() - killedAt)} ms`;
      await ownedByOne(survivor);
      process.stderr.write(`all lane groups taken over after ${since()}\n`);
      await stage.outcomeOf(playing);
      process.stderr.write(`all orders final after ${since()}\n`);
      await stage.expectAllIsWell(load, survivor.opsUrl);
    },
    120_000,
  );

  it('give their leases back when they are asked to stop, and the other goes on', async () => {
    const { load, playing } = await underLoad();
    const askedAt = performance.now();
    const since = (): string => `${Math.round(performance.now() - askedAt)} ms`;
    await first.terminate();
    process.stderr.write(`stopped after ${since()}\n`);
    const workers = await stage.askAsAuditor<{ worker: string }>('select worker from orders.subscription_workers');
    const left = await stage.askAsAuditor(`select from orders.subscription_positions where owner is not null and owner <> $1`, [
      workers[0].worker,
    ]);
    expect({ workers: workers.length, left: left.length }).toEqual({ workers: 1, left: 0 });
    await ownedByOne(second);
    process.stderr.write(`all lane groups with the other after ${since()}\n`);
    await stage.outcomeOf(playing);
    await stage.expectAllIsWell(load, second.opsUrl);
  }, 120_000);
});
