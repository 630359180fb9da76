import { contestants, settingsOf } from '../contestants/all';
import type { Contestant } from '../contestants/contestant';
import { FAULTS, RATE, WAL } from '../harness/columns';
import { KEYS, messageOf } from '../harness/message';
import { atLeast, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { onFreshDatabase } from '../harness/stage';
import { ratio, takeTurns } from '../harness/turns';

const WRITERS = 16;

/** The counts that a publisher can get wrong. */
const COUNTS = FAULTS.filter(({ key }) => key !== 'outOfOrder');

export const publishWithUpdate: Scenario = {
  name: 'publish',
  title: 'A business update and a message in one transaction',
  about: `${WRITERS} writers, each on rows of its own, each waiting for its commit: one row updated, one message of 1 KB published. Lost and doubled compare what was acknowledged with what the tables hold.`,

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
          id: 'publish',
          title: publishWithUpdate.title,
          columns: [RATE, WAL, ...COUNTS],
          rows,
          plot: { kind: 'bars', column: 'rate' },
        },
      ],
      verdicts: [
        atLeast('Publishing with an update, beside the same SQL sent raw', 0.9, times('raw SQL')),
        atLeast('Publishing with an update, beside pg-boss', 2.5, times('pg-boss')),
        atLeast('Publishing with an update, beside graphile-worker', 3, times('graphile-worker')),
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
    const sequences = new Int32Array(KEYS);
    let [started, acknowledged] = [0, 0];
    const begin = performance.now();
    const write = async (writer: number): Promise<void> => {
      for (let own = 0; performance.now() - begin < seconds * 1_000; own += 1) {
        const key = (writer + WRITERS * own) % (KEYS - (KEYS % WRITERS));
        sequences[key] += 1;
        await publisher.publishWithUpdate(messageOf(started++, key, sequences[key]));
        acknowledged += 1;
      }
    };
    const { walBytes } = await server.walOf(() =>
      Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))),
    );
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
