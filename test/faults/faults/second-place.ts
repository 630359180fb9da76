import type { Fault } from '../fault';
import { HostProcess } from '../../support/host-process';
import { holdsWithin } from '../patience/wait';
import { Violated } from './violated';

const READY_WITHIN_MS = 8_000;

/** A mistyped name of a database, with a login that may make it: an empty place of a module that lives elsewhere. */
export const secondPlace: Fault = {
  name: 'second-place',
  sentence:
    'one more process hosts shipping on an empty database of its own beside the one that shipping lives in; it must not take requests',
  alike: true,
  waits: true,
  async inject({ stage }) {
    const { settings, remove } = stage.elsewhereFor('shipping');
    const host = await HostProcess.in({ settings });
    try {
      host.launch();
      const isReady = await holdsWithin(READY_WITHIN_MS, async () => !host.runs || (await host.isReady()), 200);
      if (isReady && host.runs)
        throw new Violated('I1', 'a second, empty place of shipping takes requests beside the one that shipping lives in');
    } finally {
      await host.kill();
      await remove();
    }
    return performance.now();
  },
};
