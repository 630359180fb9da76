import { contestants, settingsOf } from '../contestants/all';
import type { Contestant } from '../contestants/contestant';
import { FAULTS, RATE, WAL } from '../harness/columns';
import { KEYS, messageOf } from '../harness/message';
import { atLeast, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { onFreshDatabase } from '../harness/stage';
import { ratio, takeTurns } from '../harness/turns';

const WRITERS = 2;
const PER_TRANSACTION = 1_000;
/** Of a turn's length: the tables grow by gigabytes. */
const SHARE = 0.4;

const COUNTS = FAULTS.filter(({ key }) => key !== 'outOfOrder');

export const publishInBulk: Scenario = {
  name: 'bulk',
  title: 'Publishing in bulk',
  about: `${WRITERS} writers, ${PER_TRANSACTION} messages of 1 KB in a transaction, nothing else in it.`,

  async run(bench: Bench): Promise<Outcome> {
    const entries = contestants.map((contestant) => ({ contestant, variant: '' }));
    const rows = await takeTurns(bench, entries, ({ contestant }) =>
      onFreshDatabase(bench, contestant, (url) => turn(bench, contestant, url)),
    );
    const times = (contestant: string): number =>
      ratio(rows, 'rate', { contestant: 'seamline' }, { contestant });
    return {
      tables: [
        {
          id: 'bulk',
          title: publishInBulk.title,
          columns: [RATE, WAL, ...COUNTS],
          rows,
          plot: { kind: 'bars', column: 'rate' },
        },
      ],
      verdicts: [
        atLeast('Publishing in bulk, beside raw SQL', 0.5, times('raw SQL')),
        atLeast('Publishing in bulk, beside pg-boss', 6, times('pg-boss')),
      ],
      notes: settingsOf(contestants, 'publish'),
    };
  },
};

async function turn(
  { server, seconds }: Bench,
  contestant: Contestant,
  url: string,
): Promise<Record<string, number>> {
  const publisher = await contestant.openPublisher(url, { connections: WRITERS, ordered: false });
  try {
    let [next, acknowledged] = [0, 0];
    const begin = performance.now();
    const write = async (): Promise<void> => {
      while (performance.now() - begin < seconds * SHARE * 1_000) {
        const first = next;
        next += PER_TRANSACTION;
        const messages = Array.from({ length: PER_TRANSACTION }, (_, place) => {
          const number = first + place;
          return messageOf(number, number % KEYS, Math.floor(number / KEYS) + 1);
        });
        await publisher.publishMany(messages);
        acknowledged += PER_TRANSACTION;
      }
    };
    const { walBytes } = await server.walOf(() => Promise.all(Array.from({ length: WRITERS }, write)));
    const rate = acknowledged / ((performance.now() - begin) / 1_000);
    const stored = await contestant.stored(url);
    return {
      rate,
      walBytes: walBytes / acknowledged,
      lost: Math.max(0, acknowledged - stored),
      doubled: Math.max(0, stored - acknowledged),
    };
  } finally {
    await publisher.close();
  }
}
