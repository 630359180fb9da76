import type { Fault } from '../fault';
import { laneGroups, untilShared } from '../stage/lane-groups';
import { SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/** No process waits for a lease to end: a process that stops gives its leases back. */
export const processStopped: Fault = {
  name: 'process-stopped',
  sentence: 'a process is asked to stop under load, drains, gives its leases back, and is started again',
  host: { settings: SHORT_LEASE },
  async inject({ stage, random }) {
    const owners = new Set((await untilShared(stage)).map(({ owner }) => owner));
    await someMoment(random);
    const stopped = stage.hosts[Math.floor(random() * stage.hosts.length)];
    await stopped.terminate();
    const workers = await stage.askAsAuditor<{ worker: string }>(
      'select worker from orders.subscription_workers',
    );
    const gone = [...owners].filter((owner) => !workers.some(({ worker }) => worker === owner));
    if (gone.length !== 1) throw new Error(`${gone.length} processes have signed off, and one was stopped.`);
    const kept = (await laneGroups(stage)).filter(({ owner }) => owner === gone[0]);
    if (kept.length > 0)
      throw new Error(`The process that was stopped still holds ${kept.map(({ id }) => id).join(', ')}.`);
    stopped.launch();
    return performance.now();
  },
};
