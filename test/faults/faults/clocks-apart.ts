import type { Fault } from '../fault';
import { answerCommands, leaveCommandsUnanswered } from '../instruments/unanswered-commands';
import { holdsWithin, untilUp } from '../patience/wait';
import { bitten } from './bitten';
import { SHORT_LEASE } from './short-lease';
import { Violated } from './violated';

/** Longer than any order has to wait for anything but its parcel. */
const AHEAD_MS = 40 * 60_000;
/** Deadlines are looked at every half second, twice; positions of idle subscriptions move once a second. */
const WAITING_MS = 6_000;

/**
 * Orders wait for an answer for a while, as they may, and a process believes that they have waited for most
 * of an hour.
 */
export const clocksApart: Fault = {
  name: 'clocks-apart',
  sentence:
    'the clock of one of two processes, each in turn, is 40 minutes ahead; orders that wait must not be turned back for it',
  alike: true,
  host: { settings: SHORT_LEASE, preload: ['dist/test/faults/instruments/clock-ahead.js'] },
  async prepare({ stage, trial }) {
    const early = stage.hosts[trial % stage.hosts.length];
    await early.kill();
    early.launch({ RIG_CLOCK_AHEAD_MS: String(AHEAD_MS) });
    await untilUp(stage, [early]);
    await leaveCommandsUnanswered(stage);
  },
  async inject({ stage, trial }) {
    const early = stage.hosts[trial % stage.hosts.length];
    try {
      const turnedBack = async (): Promise<{ id: string; reason: string }[]> =>
        stage.askAsAuditor(
          `select id, reason from orders.sagas where reason like '%-not-answered' and state <> 'awaiting-credit'`,
        );
      const known = (await turnedBack()).length;
      if (await holdsWithin(WAITING_MS, async () => (await turnedBack()).length > known)) {
        const [{ id, reason }] = await turnedBack();
        throw new Violated(
          'I1',
          `orders that had waited for seconds were turned back, such as ${id} as ${reason}`,
        );
      }
      const [{ waiting }] = await stage.askAsAuditor<{ waiting: number }>(
        `select count(*)::int as waiting from orders.sagas where state = 'awaiting-credit'`,
      );
      bitten(waiting, 'no order waited for its credit');
    } finally {
      await answerCommands(stage);
      await early.kill();
      early.launch();
    }
    return performance.now();
  },
};
