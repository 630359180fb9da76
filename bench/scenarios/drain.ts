import { contestants, peers, settingsOf } from '../contestants/all';
import type { Acknowledgement } from '../contestants/contestant';
import { FAULTS, RATE, WAL } from '../harness/columns';
import { drain as drainBacklog } from '../harness/drain';
import { atLeast, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { onFreshDatabase } from '../harness/stage';
import { backlogSize, limitMs } from '../harness/sizes';
import { ratio, takeTurns } from '../harness/turns';

const COUNTS = FAULTS.filter(({ key }) => key !== 'outOfOrder');

export const drain: Scenario = {
  name: 'drain',
  title: 'Draining a backlog',
  about:
    '100,000 messages of 1 KB wait; the handler does nothing. Everybody with the best settings that its documentation names, and, where it differs, also with an acknowledgement for each message. A turn ends when nothing is left or its time is up. Lost, doubled: by the number that each message carries.',

  async run(bench: Bench): Promise<Outcome> {
    const entries = contestants.flatMap((contestant) =>
      (['batch', 'message'] as const)
        .filter((acknowledgement) => contestant.offers.has(acknowledgement))
        .map((acknowledgement) => ({ contestant, acknowledgement, variant: VARIANTS[acknowledgement] })),
    );
    const count = backlogSize(bench);
    const rows = await takeTurns(bench, entries, ({ contestant, acknowledgement }) =>
      onFreshDatabase(
        bench,
        contestant,
        async (url) => {
          const options = {
            count,
            limitMs: limitMs(bench, acknowledgement),
            ordered: false,
            effect: false,
            acknowledgement,
          };
          const { result, walBytes } = await bench.server.walOf(() => drainBacklog(contestant, url, options));
          return { ...result, walBytes: walBytes / result.handled };
        },
        { count, spread: 'even', ordered: false },
      ),
    );
    const ours = { contestant: 'seamline', variant: VARIANTS.batch };
    const best = Math.min(
      ...rows
        .filter(({ contestant }) => peers.some(({ name }) => name === contestant))
        .map((row) => ratio(rows, 'rate', ours, row)),
    );
    return {
      tables: [
        {
          id: 'drain',
          title: drain.title,
          columns: [RATE, WAL, ...COUNTS],
          rows,
          plot: { kind: 'bars', column: 'rate' },
        },
      ],
      verdicts: [atLeast('Draining, beside the best peer', 3, best)],
      notes: settingsOf(contestants, 'drain', 'one by one'),
    };
  },
};

/** What the contracts are called in the tables. */
export const VARIANTS: Readonly<Record<Acknowledgement, string>> = {
  batch: 'acknowledged in batches',
  message: 'acknowledged one by one',
};
