import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import { someMoment } from './some-moment';

/** How often it is killed once more while it starts again. */
const AGAIN = 0.25;
const LONGEST_START_MS = 900;

/** The process notices nothing and cleans up nothing; a supervisor starts it again at once. */
export const killed: Fault = {
  name: 'kill-9',
  sentence:
    'a process, each in turn, is killed with -9 at a random moment, sometimes once more while it starts again',
  async inject({ stage, random, trial }) {
    const victim = stage.hosts[trial % stage.hosts.length];
    const again = random() < AGAIN ? random() * LONGEST_START_MS : undefined;
    await someMoment(random);
    await victim.kill();
    if (again !== undefined) {
      victim.launch();
      await sleep(again);
      await victim.kill();
    }
    victim.launch();
    return performance.now();
  },
};
