import type { Fault } from '../fault';
import { untilShared } from '../stage/lane-groups';
import { SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/** Its leases are not given back, so the other process has to wait for them to end. */
export const processLost: Fault = {
  name: 'process-lost',
  sentence:
    'one of two processes is killed with -9 and stays away until the other has taken over all its work',
  host: { settings: SHORT_LEASE },
  async inject({ stage, random }) {
    await untilShared(stage);
    await someMoment(random);
    const lost = stage.hosts[Math.floor(random() * stage.hosts.length)];
    await lost.kill();
    await untilShared(stage, stage.hosts.length - 1);
    lost.launch();
    return performance.now();
  },
};
