import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { shortPlan } from './load';
import { Stage } from './stage';

const LEASE_MS = 3_000;
const ORDERS = Number(process.env.FAULT_ORDERS ?? 40);
const FREEZES = Number(process.env.FAULT_FREEZES ?? 1);
const SETTINGS = { MESSAGING_LEASE_MS: String(LEASE_MS), PAYMENT_SIMULATOR_LATENCY_MS: '150', DATABASE_POOL_SIZE: '3' };

describe('a process that is frozen for longer than its leases last', () => {
  const stage = new Stage();

  afterEach(() => stage.clear(), 60_000);

  it('does nothing twice when it goes on', async () => {
    const [frozen, other] = [await stage.addHost(SETTINGS), await stage.addHost(SETTINGS)];
    await frozen.start();
    await other.start();
    const load = await stage.load(await shortPlan(ORDERS), 8);
    const playing = load.play();
    playing.catch(() => undefined);
    for (let freezes = 0; freezes < FREEZES; freezes += 1) {
      const before = load.tally.finished;
      await eventually(() => expect(load.tally.finished).toBeGreaterThan(before + 3), 60_000);
      frozen.freeze();
      await sleep(LEASE_MS * 2);
      frozen.thaw();
    }
    const thawed = performance.now();
    await stage.outcomeOf(playing);
    const finished = performance.now() - thawed;
    await stage.expectAllIsWell(load, frozen.opsUrl);
    process.stderr.write(`all final ${Math.round(finished)} ms after the thaw, at rest ${Math.round(performance.now() - thawed)} ms\n`);
    expect(frozen.runs).toBe(true);
  }, 120_000);
});
