import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from './faults/calm';
import { openStage } from './set-stage';
import { seededRandom } from './stage/seeded-random';
import { Stage } from './stage/stage';
import { playTrial } from './trial';

const KILLS = 5;
/** Making the database files, roles, schemas and tables. */
const LONGEST_FIRST_START_MS = 2_500;

describe('an application that is killed again and again in its first start', () => {
  const stage = new Stage();

  afterEach(() => stage.clear(), 60_000);

  it('comes up whole, and keeps every promise from then on', async () => {
    const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 32));
    process.stderr.write(`FAULT_SEED=${seed}\n`);
    const random = seededRandom(seed);
    const host = await stage.addHost();
    for (let kills = 0; kills < KILLS; kills += 1) {
      host.launch();
      await sleep(random() * LONGEST_FIRST_START_MS);
      await host.kill();
    }
    await host.start();
    const { violations } = await playTrial({ set: await openStage(stage), fault: calm, seed, trial: 0 });
    expect(violations).toEqual([]);
  });
});
