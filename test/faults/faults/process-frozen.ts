import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import { laneGroups, untilShared } from '../stage/lane-groups';
import { bitten } from './bitten';
import { LEASE_MS, SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/**
 * A zombie: it goes on in the middle of what it did, after its leases have ended and, where there is another
 * process, went to that one.
 */
export const processFrozen: Fault = {
  name: 'process-frozen',
  sentence: 'a process is stopped with SIGSTOP for longer than its leases last, and goes on',
  host: { settings: SHORT_LEASE },
  async inject({ stage, random }) {
    // Only when each holds some does it matter which one is frozen.
    const before = await untilShared(stage);
    await someMoment(random);
    const frozen = stage.hosts[Math.floor(random() * stage.hosts.length)];
    frozen.freeze();
    try {
      await sleep(LEASE_MS * (1.2 + random() * 0.6));
      const owners = new Map(before.map(({ id, owner }) => [id, owner]));
      const lost = (await laneGroups(stage)).filter(
        ({ id, owner, over }) => over || owner !== owners.get(id),
      );
      bitten(lost.length, 'the frozen process lost no lease');
    } finally {
      frozen.thaw();
    }
    return performance.now();
  },
};
