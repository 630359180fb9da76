import type { Fault } from '../fault';
import { applicationBackends } from './application-backends';
import { bitten } from './bitten';
import { someMoment } from './some-moment';

const MOST_BURSTS = 4;

/** Some or all of the application's connections end, several times, wherever their transactions stand. */
export const backendsTerminated: Fault = {
  name: 'backends-terminated',
  sentence:
    "the server's processes behind some or all of the application's connections are terminated, several times",
  async inject({ stage, random }) {
    let terminated = 0;
    for (let bursts = 1 + Math.floor(random() * MOST_BURSTS); bursts > 0; bursts -= 1) {
      await someMoment(random, 600);
      const share = random() < 0.5 ? 1 : random();
      const victims = (await applicationBackends(stage)).filter(() => random() < share);
      const [{ gone }] = await stage.askAsSuperuser<{ gone: number }>(
        'select count(*) filter (where pg_terminate_backend(pid, 2000))::int as gone from unnest($1::int[]) as pid',
        [victims],
      );
      terminated += gone;
    }
    bitten(terminated, 'the application had no connection to lose');
    return performance.now();
  },
};
