import { type Cell, table } from '../../../src/platform/cli/table';
import { INVARIANTS } from '../checks/check';
import { bound95, percentile } from './bound';
import type { BugRow, Row } from './row';

const HEADINGS = [
  'fault',
  'set-up',
  'trials',
  ...INVARIANTS,
  '95 % bound',
  'ready p50',
  'ready p99',
  'rest p99',
];

/** The rows as a table for a terminal, with a line that sums them up. */
export function faultTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.fault,
    row.setUp,
    row.trials,
    ...INVARIANTS.map((name) => row.violated[name]),
    { figure: boundOf(row) },
    ...[percentile(row.readyMs, 0.5), percentile(row.readyMs, 0.99), percentile(row.restMs, 0.99)].map(
      (ms) => ({ figure: inMs(ms) }),
    ),
  ]);
  return table(HEADINGS, [...cells, totals(rows)]).join('\n');
}

/** What faults measure besides, a line for each row that has something to tell. */
export const measuredLines = (rows: readonly Row[]): string[] =>
  rows
    .filter(({ measured }) => Object.keys(measured).length > 0)
    .map(({ fault, setUp, measured }) => {
      const figures = Object.entries(measured).map(
        ([what, values]) =>
          `${what} p50 ${inMs(percentile(values, 0.5))}, longest ${inMs(percentile(values, 1))}`,
      );
      return `${fault}, ${setUp}: ${figures.join('; ')}`;
    });

/** Trials that were late on a slow machine, a line each. */
export const lateLines = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ fault, setUp, late }) =>
    late.map(
      ({ trial, seed, what, ms, slowness }) =>
        `late: ${fault}, ${setUp}, trial ${trial} (its own seed ${seed}): ${what} after ${inMs(ms)}, on a machine ${slowness.toFixed(1)} times as slow as a normal one`,
    ),
  );

export const bugTable = (bugs: readonly BugRow[]): string =>
  table(
    ['planted bug', 'caught by', 'trials', 'as'],
    bugs.map(({ bug, caughtBy, trials, because }) => [
      bug,
      caughtBy.join(' ') || 'NOT CAUGHT',
      trials,
      because.slice(0, 90),
    ]),
  ).join('\n');

function totals(rows: readonly Row[]): Cell[] {
  const trials = rows.reduce((sum, row) => sum + row.trials, 0);
  const failed = rows.reduce((sum, row) => sum + row.failures.length, 0);
  const readyMs = rows.flatMap((row) => row.readyMs);
  const restMs = rows.flatMap((row) => row.restMs);
  return [
    'all',
    '',
    trials,
    ...INVARIANTS.map((name) => rows.reduce((sum, row) => sum + row.violated[name], 0)),
    { figure: failed === 0 ? asShare(bound95(trials)) : `${failed} failed` },
    ...[percentile(readyMs, 0.5), percentile(readyMs, 0.99), percentile(restMs, 0.99)].map((ms) => ({
      figure: inMs(ms),
    })),
  ];
}

const boundOf = (row: Row): string =>
  row.failures.length > 0 ? `${row.failures.length} failed` : asShare(bound95(row.trials));
const asShare = (share: number | undefined): string =>
  share === undefined ? '' : `< ${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
const inMs = (ms: number | undefined): string => (ms === undefined ? '' : `${Math.round(ms)} ms`);
