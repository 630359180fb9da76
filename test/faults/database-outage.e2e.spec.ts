import { setTimeout as sleep } from 'node:timers/promises';
import { shortPlan } from './load';
import { announcedSeed, seededRandom } from './seeded-random';
import { Stage } from './stage';

const ORDERS = Number(process.env.FAULT_ORDERS ?? 40);
const OUTAGES = Number(process.env.FAULT_OUTAGES ?? 6);

describe('an application whose database goes away under load', () => {
  const stage = new Stage();

  afterEach(() => stage.clear(), 60_000);

  it('completes everything once it is back, without a restart of its own', async () => {
    const random = seededRandom(announcedSeed());
    const host = await stage.addHost({ PAYMENT_SIMULATOR_LATENCY_MS: '20' });
    const load = await stage.load(await shortPlan(ORDERS), 6);
    await host.start();
    const database = await stage.database();
    let over = false;
    const playing = load.play().finally(() => (over = true));
    playing.catch(() => undefined);

    let outages = 0;
    for (; outages < OUTAGES && !over; outages += 1) {
      await sleep(200 + random() * 1_000);
      await (outages % 2 === 0 ? database.stopImmediately() : database.kill());
      await sleep(random() * 500);
      await database.start();
    }
    const back = performance.now();
    await stage.outcomeOf(playing);
    const finished = performance.now() - back;
    await stage.expectAllIsWell(load, host.opsUrl);
    process.stderr.write(
      `${outages} outages; all final ${Math.round(finished)} ms after the last, at rest ${Math.round(performance.now() - back)} ms\n`,
    );
    expect({ outages, running: host.runs }).toEqual({ outages: OUTAGES, running: true });
  }, 180_000);
});
