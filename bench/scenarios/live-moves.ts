import { readInvoices } from '../../src/demo/invoices';
import { planOf } from '../../src/demo/plan';
import { bundledData } from '../../src/demo/project-folder';
import type { CopyMethod } from '../../src/platform/extraction/copy/copy-method';
import { openServer } from '../harness/open-server';
import { atLeast, atMost, type Outcome, type Verdict } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { playWhileMoving, type PlayedWhileMoving } from '../live-moves/play';
import { failedIn, failuresIn } from '../live-moves/seen-requests';
import {
  booksTable,
  differencesIn,
  findingsIn,
  longestDuring,
  movesTable,
  waitsTable,
} from '../live-moves/tables';
import { timesOver } from '../live-moves/times-over';

const ROWS = 100_000;
/** Fewer in a quick try. */
const ROWS_PER_SECOND = 10_000;
const MOVES_PER_ROUND = 2;
/** What playing the demo's file once takes, about, on two cores with nothing else to do. */
const SECONDS_PER_FILE = 15;
const LONGEST_WAIT_SECONDS = 5;

export const liveMoves: Scenario = {
  name: 'live-moves',
  title: 'Shipping leaves and comes back while the demo plays',
  about:
    "The demo's file is played, several times side by side and at the demo's own concurrency, its requests by turns to two processes: one hosts all modules, " +
    'the other one, on another database server, stands by for shipping. Meanwhile `npm run extract` and `npm run absorb` take shipping there and back, at even distances; ' +
    'and each process is asked for a shipment every 50 ms, whether it has answered the last time or not. ' +
    'At the end the figures of the demo must be those that the file determines, as in one process, and the invariants must hold.',

  async run(bench: Bench): Promise<Outcome> {
    const opening = openServer((line) => bench.progress(line));
    bench.defer(async () => (await opening.catch(() => undefined))?.close());
    const { adminUrl: otherServer } = await opening;
    const file = planOf(await readInvoices(bundledData()));
    const play = (name: string, rows: number, ways: readonly CopyMethod[]): Promise<PlayedWhileMoving> => {
      const copies = Array.from({ length: bench.rounds }, () => ways).flat();
      const seconds = copies.length * MOVES_PER_ROUND * bench.seconds;
      return playWhileMoving(bench, {
        name,
        plan: timesOver(file, Math.ceil(seconds / SECONDS_PER_FILE)),
        rows,
        copies,
        otherServer,
      });
    };

    const few = await play('few_rows', 0, ['replication']);
    const rows = Math.min(ROWS, bench.seconds * ROWS_PER_SECOND);
    const many = await play('many_rows', rows, ['replication', 'snapshot']);
    return outcomeOf(few, many, `${rows.toLocaleString('en-GB')} rows`);
  },
};

function outcomeOf(few: PlayedWhileMoving, many: PlayedWhileMoving, rows: string): Outcome {
  const failures = failuresIn([...few.requests, ...many.requests]);
  return {
    tables: [
      movesTable('live-moves', "Moves with the demo's own rows", few),
      waitsTable('live-waits', 'What its clients saw of these moves', few),
      movesTable('live-rows', `Moves with ${rows} before the first order`, many),
      booksTable('live-books', 'What came of it', [
        ["the demo's own rows", few],
        [`${rows} before`, many],
      ]),
    ],
    verdicts: verdictsOf(few, many, rows),
    notes: [
      'Total: from the start of the command to its end. From letting go to taking up, requests to shipping wait; from the fence to the switch nobody can write to it. ' +
        'Rows and MB are those that were copied as a whole, and not the changes that came after them.',
      "Longest wait: of the requests to shipping that were under way during a move, the demo's and those asked every 50 ms. Requests that wait for the end of an order are none of them.",
      'Failed at first: answered with 429 or 5xx, or cut. The demo sends such a request again, and then all of it counts as one wait. ' +
        (failures.length === 0 ? 'None did.' : `What failed: ${failures.join('; ')}.`),
      `nats-server ${few.brokerVersion}, one node, sync_interval always.`,
    ],
  };
}

function verdictsOf(few: PlayedWhileMoving, many: PlayedWhileMoving, rows: string): Verdict[] {
  const longest = (play: PlayedWhileMoving): number =>
    Math.max(
      0,
      ...play.moves.filter(({ copy }) => copy === 'replication').map((move) => longestDuring(move, play)),
    );
  const sum = (of: (play: PlayedWhileMoving) => number): number => of(few) + of(many);
  const requests = sum((play) => play.requests.length).toLocaleString('en-GB');
  return [
    atMost(
      "the longest that a request to shipping waited during a move, with the demo's own rows",
      LONGEST_WAIT_SECONDS,
      longest(few),
      's',
    ),
    atMost(`the same with ${rows} before, copied beforehand`, LONGEST_WAIT_SECONDS, longest(many), 's'),
    atMost(
      `requests that failed at first, of ${requests}`,
      0,
      sum((play) => failedIn(play.requests)),
      '',
    ),
    atMost("figures of the demo that are not the file's", 0, sum(differencesIn), ''),
    atMost('findings of the invariants', 0, sum(findingsIn), ''),
    atLeast(
      'moves while the demo played',
      sum(({ planned }) => planned),
      sum(({ moves }) => moves.length),
      '',
    ),
  ];
}
