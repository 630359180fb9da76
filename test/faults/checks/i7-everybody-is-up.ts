import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '../../support/host-process';
import type { Check } from './check';
import { machine } from '../patience/machine-speed';

/** One look may meet a connection that has died unused. */
const UP_WITHIN_MS = 10_000;

export const everybodyIsUp: Check = {
  invariant: 'I7',
  sentence: 'every process is up, or was restarted, with no manual step',
  async find(stage) {
    const answers = await Promise.all(stage.hosts.map(async (host) => ({ host, ready: await isUp(host) })));
    return answers
      .filter(({ ready }) => !ready)
      .map(({ host }) => `the process on port ${host.port} ${host.runs ? 'is not ready' : 'has ended'}`);
  },
};

async function isUp(host: HostProcess): Promise<boolean> {
  const isOver = machine.within(UP_WITHIN_MS);
  while (host.runs) {
    if (await host.isReady()) return true;
    if (isOver()) return false;
    await sleep(100);
  }
  return false;
}
