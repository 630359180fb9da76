import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import { machine } from '../patience/machine-speed';
import { SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';
import { Violated } from './violated';

const REQUESTS = 10;
/** Limits of a forwarded request that are short for a trial's sake. */
const SILENCE_MS = 1_500;
const ANSWERED_WITHIN_MS = 15_000;
/** Until a host that said nothing is known to be one. */
const NOTICED_MS = 3_000;

/**
 * It still has its connections and accepts more, and says nothing. The one that sends requests on must find
 * the other.
 */
export const oneHostFrozen: Fault = {
  name: 'one-host-frozen',
  sentence:
    'of two processes that host shipping one is stopped with SIGSTOP; requests that a third one sends on must be answered by the other',
  alike: true,
  host: { settings: { ...SHORT_LEASE, FORWARD_SILENCE_MS: String(SILENCE_MS), FORWARD_TOTAL_MS: '10000' } },
  async inject({ stage, random, trial, measure }) {
    const [main, ...shipping] = stage.hosts;
    await someMoment(random);
    const frozen = shipping[trial % shipping.length];
    frozen.freeze();
    const begun = performance.now();
    try {
      const during = await ask(main.url);
      const slow = during.filter((status) => status === undefined).length;
      if (slow > 0)
        throw new Violated(
          'I6',
          `${slow} of ${REQUESTS} requests had no answer after ${ANSWERED_WITHIN_MS} ms, and one of two hosts of shipping was well`,
        );
      await sleep(Math.max(0, NOTICED_MS - (performance.now() - begun)));
      const after = await ask(main.url);
      const failed = after.filter((status) => status === undefined || status >= 500).length;
      if (failed > 0)
        throw new Violated(
          'I6',
          `${failed} of ${REQUESTS} requests failed ${NOTICED_MS} ms after one of two hosts of shipping had stopped: ${after.join(', ')}`,
        );
    } finally {
      measure('frozen', performance.now() - begun);
      frozen.thaw();
    }
    return performance.now();
  },
};

/**
 * Asks for parcels that are not there, all at once; answers the status of each, and undefined for those
 * without an answer.
 */
const ask = (url: string): Promise<(number | undefined)[]> =>
  Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const answer = await fetch(`${url}/shipments/${randomUUID()}`, {
        signal: AbortSignal.timeout(Math.round(ANSWERED_WITHIN_MS * machine.slowness)),
      }).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.status;
    }),
  );
