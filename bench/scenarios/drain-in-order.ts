import { settingsOf } from '../contestants/all';
import { graphileWorker } from '../contestants/graphile-worker/graphile-worker';
import { pgBoss } from '../contestants/pg-boss/pg-boss';
import { seamline } from '../contestants/seamline/seamline';
import { FAULTS, RATE, WAL } from '../harness/columns';
import { drain } from '../harness/drain';
import type { Spread } from '../harness/message';
import { atLeast, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { backlogSize, limitMs } from '../harness/sizes';
import { onFreshDatabase } from '../harness/stage';
import { ratio, takeTurns } from '../harness/turns';

/** Those that promise an order for each key. */
const CONTESTANTS = [seamline, pgBoss, graphileWorker];

export const drainInOrder: Scenario = {
  name: 'order',
  title: "Draining a backlog in each key's order",
  about:
    '100,000 messages of 1,000 keys wait, spread evenly, or with half of them on 1 % of the keys; the handler does nothing. Out of order: a message came after a later one of its key. A turn ends when nothing is left or its time is up.',

  async run(bench: Bench): Promise<Outcome> {
    const entries = (['even', 'skewed'] as const).flatMap((spread) =>
      CONTESTANTS.map((contestant) => ({ contestant, spread, variant: VARIANTS[spread] })),
    );
    const count = backlogSize(bench);
    const rows = await takeTurns(bench, entries, ({ contestant, spread }) =>
      onFreshDatabase(
        bench,
        contestant,
        async (url) => {
          const options = {
            count,
            limitMs: limitMs(bench, 'batch'),
            ordered: true,
            effect: false,
            acknowledgement: 'batch' as const,
          };
          const { result, walBytes } = await bench.server.walOf(() => drain(contestant, url, options));
          return { ...result, walBytes: walBytes / result.handled };
        },
        { count, spread, ordered: true },
      ),
    );
    const verdicts = (['even', 'skewed'] as const).flatMap((spread) => {
      const times = (contestant: string): number =>
        ratio(
          rows,
          'rate',
          { contestant: 'seamline', variant: VARIANTS[spread] },
          { contestant, variant: VARIANTS[spread] },
        );
      return [
        atLeast(`Draining in order (${VARIANTS[spread]}), beside pg-boss`, 4, times('pg-boss')),
        atLeast(
          `Draining in order (${VARIANTS[spread]}), beside graphile-worker`,
          25,
          times('graphile-worker'),
        ),
      ];
    });
    return {
      tables: [
        {
          id: 'order',
          title: drainInOrder.title,
          columns: [RATE, WAL, ...FAULTS],
          rows,
          plot: { kind: 'bars', column: 'rate' },
        },
      ],
      verdicts,
      notes: [
        ...settingsOf(CONTESTANTS, 'drain', 'order'),
        'No transaction published two messages of one key: the peers order by the time of the transaction, and would have none to keep there.',
      ],
    };
  },
};

const VARIANTS: Readonly<Record<Spread, string>> = { even: 'keys alike', skewed: 'half on 1 % of the keys' };
