import { groupBy } from '../harness/group-by';
import type { Column, Row, Table } from '../harness/outcome';
import { percentile } from '../harness/statistics';
import { figuresOf, type Move } from './move';
import { PROBES, type PlayedWhileMoving } from './play';
import { type CountedRequest, failedIn, longestOf, overlap, secondsOf } from './seen-requests';

const MOVE_COLUMNS: readonly Column[] = [
  { key: 'moves', title: 'moves', show: 'worst' },
  { key: 'rows', title: 'rows', show: 'median' },
  { key: 'megabytes', title: 'copied', unit: 'MB', decimals: 1, show: 'median' },
  { key: 'seconds', title: 'total', unit: 's', decimals: 1, show: 'median' },
  { key: 'beforehand', title: 'copying beforehand', unit: 's', decimals: 1, show: 'median' },
  { key: 'handOver', title: 'let go to taken up', unit: 's', decimals: 2, show: 'median' },
  { key: 'fenced', title: 'fence to switch', unit: 's', decimals: 2, show: 'median' },
  { key: 'longest', title: 'longest wait', unit: 's', decimals: 2, show: 'median' },
  { key: 'failed', title: 'failed at first', show: 'worst' },
];
const WAIT_COLUMNS: readonly Column[] = [
  { key: 'requests', title: 'requests', show: 'worst' },
  { key: 'p50', title: 'p50', unit: 'ms', show: 'worst' },
  { key: 'p99', title: 'p99', unit: 'ms', show: 'worst' },
  { key: 'longest', title: 'longest', unit: 'ms', show: 'worst' },
  { key: 'failed', title: 'failed at first', show: 'worst' },
];
const BOOKS_COLUMNS: readonly Column[] = [
  { key: 'orders', title: 'orders', show: 'worst' },
  { key: 'perSecond', title: 'brought to an end', unit: '/s', show: 'worst' },
  { key: 'differences', title: "figures that are not the file's", show: 'worst' },
  { key: 'invariants', title: 'invariants', show: 'worst' },
  { key: 'findings', title: 'findings', show: 'worst' },
  { key: 'requests', title: 'requests', show: 'worst' },
  { key: 'failed', title: 'failed at first', show: 'worst' },
];

/** The moves of a play, by their direction and the way the rows went. */
export function movesTable(id: string, title: string, play: PlayedWhileMoving): Table {
  const kinds = groupBy(play.moves, ({ direction, copy }) => `${DIRECTIONS[direction]}, ${COPIES[copy]}`);
  const rows = [...kinds].map(([kind, moves]) =>
    rowOf(
      kind,
      '',
      moves.map((move) => ({
        moves: moves.length,
        ...figuresOf(move),
        longest: longestDuring(move, play),
        failed: failedIn(play.requests.filter((request) => overlap(request, move))),
      })),
    ),
  );
  return { id, title, columns: MOVE_COLUMNS, rows };
}

const DIRECTIONS = { extract: 'away', absorb: 'back' };
const COPIES = { replication: 'copied beforehand', snapshot: 'copied behind the fence' };

/** How long requests took, each kind while shipping was on its way and otherwise. */
export function waitsTable(id: string, title: string, { requests, moves }: PlayedWhileMoving): Table {
  const kinds = groupBy(requests, ({ kind }) => kind);
  const names = [...PROBES, ...[...kinds.keys()].filter((kind) => !PROBES.includes(kind)).sort()];
  const rows = names.flatMap((kind) => {
    const when = groupBy(kinds.get(kind) ?? [], (request) => moves.some((move) => overlap(request, move)));
    return [
      waitRow(kind, 'during moves', when.get(true) ?? []),
      waitRow(kind, 'otherwise', when.get(false) ?? []),
    ];
  });
  return { id, title, columns: WAIT_COLUMNS, rows };
}

function waitRow(kind: string, variant: string, requests: readonly CountedRequest[]): Row {
  const times = requests.map((request) => secondsOf(request) * 1_000);
  return rowOf(kind, variant, [
    {
      requests: requests.length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      longest: longestOf(requests) * 1_000,
      failed: failedIn(requests),
    },
  ]);
}

/** Whether everything adds up, for each play. */
export function booksTable(id: string, title: string, plays: readonly [string, PlayedWhileMoving][]): Table {
  const rows = plays.map(([name, play]) =>
    rowOf(name, '', [
      {
        orders: play.played.report.orders.submitted,
        perSecond: play.played.report.ordersPerSecond,
        differences: differencesIn(play),
        invariants: play.verdicts.length,
        findings: findingsIn(play),
        requests: play.requests.length,
        failed: failedIn(play.requests),
      },
    ]),
  );
  return { id, title, columns: BOOKS_COLUMNS, rows };
}

/** Seconds: of the requests to shipping itself that were under way during a move. */
export const longestDuring = (move: Move, { requests }: PlayedWhileMoving): number =>
  longestOf(requests.filter((request) => /^\w+ \/shipments\b/.test(request.kind) && overlap(request, move)));

/**
 * Figures of the demo's report that are not as the file has it; messages or jobs that were still on their way
 * count as one.
 */
export const differencesIn = ({ played }: PlayedWhileMoving): number =>
  played.differences.length + (played.quiescent ? 0 : 1);

export const findingsIn = ({ verdicts }: PlayedWhileMoving): number =>
  verdicts.reduce((sum, { broken }) => sum + broken, 0);

const rowOf = (contestant: string, variant: string, turns: readonly Record<string, number>[]): Row => ({
  contestant,
  variant,
  figures: Object.fromEntries(Object.keys(turns[0]).map((key) => [key, turns.map((turn) => turn[key])])),
});
