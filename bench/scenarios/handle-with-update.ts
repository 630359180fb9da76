import { contestants, settingsOf } from '../contestants/all';
import { seamlineDeferring } from '../contestants/seamline/seamline';
import { FAULTS, RATE, WAL } from '../harness/columns';
import { drain } from '../harness/drain';
import { EffectCounter } from '../harness/effect-counter';
import { atLeast, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { backlogSize, limitMs } from '../harness/sizes';
import { onFreshDatabase } from '../harness/stage';
import { ratio, takeTurns, valuesOf } from '../harness/turns';
import { median } from '../harness/statistics';
import { VARIANTS } from './drain';

const COUNTS = FAULTS.filter(({ key }) => key !== 'outOfOrder');

const CONTESTANTS = [...contestants, seamlineDeferring];

export const handleWithUpdate: Scenario = {
  name: 'effect',
  title: 'A handler with an update, exactly once',
  about:
    'The same backlog; the handler updates one row, and the update must happen exactly once for each message, also when a process dies at any moment. Lost and doubled are read from the updated rows.',

  async run(bench: Bench): Promise<Outcome> {
    const entries = CONTESTANTS.flatMap((contestant) =>
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
          const effects = await EffectCounter.open(url);
          const options = {
            count,
            limitMs: limitMs(bench, acknowledgement),
            ordered: false,
            effect: true,
            acknowledgement,
            done: () => effects.total(),
          };
          const { result, walBytes } = await bench.server.walOf(() => drain(contestant, url, options));
          const { doubled, missing } = await effects.compare(count);
          await effects.close();
          return {
            rate: result.rate,
            walBytes: walBytes / result.handled,
            doubled,
            lost: result.lost > 0 ? missing : 0,
          };
        },
        { count, spread: 'even', ordered: false },
      ),
    );
    const ours = { contestant: 'seamline', variant: VARIANTS.batch };
    return {
      tables: [
        {
          id: 'effect',
          title: handleWithUpdate.title,
          columns: [RATE, WAL, ...COUNTS],
          rows,
          plot: { kind: 'bars', column: 'rate' },
        },
      ],
      verdicts: [
        atLeast(
          'A handler with an update, beside raw batches of 100',
          0.8,
          ratio(rows, 'rate', ours, { contestant: 'raw SQL' }),
        ),
        atLeast('A handler with an update', 10_000, median(valuesOf(rows, 'rate', ours)), '/s'),
      ],
      notes: settingsOf(CONTESTANTS, 'effect', 'one by one'),
    };
  },
};
