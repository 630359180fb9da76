import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { laneGroupsByOwner } from './lane-groups';
import { shortPlan } from './load';
import { announcedSeed, seededRandom } from './seeded-random';
import { Stage } from './stage';

const ORDERS = Number(process.env.FAULT_ORDERS ?? 60);
const KILLS = Number(process.env.FAULT_KILLS ?? 6);
const SHORTEST_LIFE_MS = 50;
const LONGEST_LIFE_MS = 1_200;
/** Making the database files, roles, schemas and tables. */
const LONGEST_FIRST_START_MS = 2_500;
/** Slow enough that calls to the payment provider are under way when the process is killed. */
const SETTINGS = { PAYMENT_SIMULATOR_LATENCY_MS: '80' };

describe('an application that is killed again and again under load', () => {
  let stage: Stage;

  beforeEach(() => void (stage = new Stage()));
  afterEach(() => stage.clear(), 60_000);

  it('finishes every order it had accepted, exactly once', async () => {
    const random = seededRandom(announcedSeed());
    const host = await stage.addHost(SETTINGS);
    const load = await stage.load(await shortPlan(ORDERS), 6);
    const starts = [await host.start()];
    let over = false;
    const playing = load.play().finally(() => (over = true));
    playing.catch(() => undefined);

    for (let kills = 0; kills < KILLS && !over; kills += 1) {
      await sleep(SHORTEST_LIFE_MS + random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
      await host.kill();
      // Every third time it is killed again while it starts.
      if (kills % 3 === 2) {
        host.launch();
        await sleep(random() * starts[0]);
        await host.kill();
      }
      starts.push(await host.start());
    }
    const readyAt = performance.now();
    const since = (): string => `${Math.round(performance.now() - readyAt)} ms`;
    await eventually(async () => expect([...(await laneGroupsByOwner(host)).keys()]).toEqual([expect.any(String)]));
    const takenOver = since();
    await stage.outcomeOf(playing);
    const allFinal = since();
    await stage.expectAllIsWell(load, host.opsUrl);
    process.stderr.write(
      `killed ${starts.length - 1} times; ready ${starts.map((ms) => Math.round(ms)).join(', ')} ms after each start; ` +
        `after the last one: all lane groups taken over in ${takenOver}, all orders final in ${allFinal}, at rest in ${since()}\n`,
    );
    expect(starts.length).toBeGreaterThan(3);
  }, 180_000);

  it('comes up whole after it was killed again and again in its first start', async () => {
    const random = seededRandom(announcedSeed());
    const host = await stage.addHost();
    for (let kills = 0; kills < KILLS; kills += 1) {
      host.launch();
      await sleep(random() * LONGEST_FIRST_START_MS);
      await host.kill();
    }
    const readyAfter = await host.start();
    process.stderr.write(`killed ${KILLS} times in its first start, ready in ${Math.round(readyAfter)} ms\n`);
    const load = await stage.load(await shortPlan(5), 2);
    await stage.outcomeOf(load.play());
    await stage.expectAllIsWell(load, host.opsUrl);
  }, 120_000);
});
