import { table } from '../../cli/table';
import type { KeysAcross } from './key-versions';
import type { ComparedPosition } from './positions';
import type { OldAndNew, Reconciliation } from './reconcile';

/** The reconciliation for people. */
export function reportPage({
  module,
  places: [from, to],
  tables,
  log,
  positions,
  keys,
  notLookedAt,
  same,
}: Reconciliation): string[] {
  return [
    `${module}: ${from} -> ${to}`,
    '',
    ...table(
      ['TABLE', 'ROWS', 'ROWS', 'CHECKSUM', 'CHECKSUM', ''],
      tables.map((row) => [
        row.table,
        ...row.rows.map(cell),
        ...row.checksum.map((sum) => sum.slice(0, 12)),
        verdict(row.same),
      ]),
    ),
    '',
    ...(positions.length > 0 ? [...positionsPage(positions), ''] : []),
    `log: ends at ${log.ends.generation}.${log.ends.tick}.${log.ends.seq}, goes on at ${log.begins.generation}.${log.begins.tick}  ${verdict(log.same)}`,
    `keys: ${both(keys.versions, ({ keys: count }) => count)}, versions in all ${both(keys.versions, ({ reached }) => reached)}, broken ${both(keys.versions, ({ broken }) => broken)}  ${verdict(keys.same)}`,
    ...(notLookedAt.length > 0
      ? [`not looked at, for want of a login: the subscriptions of ${notLookedAt.join(', ')}`]
      : []),
    same ? 'Nothing differs.' : 'They differ.',
  ];
}

/** What has become of the keys since; empty until a message is published. */
export const acrossPage = ({ keys, broken }: KeysAcross): string[] =>
  keys === 0
    ? []
    : [
        `Since then ${keys} keys have gone on in the new place, ${broken === 0 ? 'none of them broken' : `BROKEN: ${broken}`}.`,
      ];

/** LEFT is how many messages come after a position in the log that moves. */
const positionsPage = (positions: readonly ComparedPosition[]): string[] =>
  table(
    ['SUBSCRIPTION', 'LOG', 'GROUP', 'BEFORE', 'AFTER', 'LEFT', 'LEFT', ''],
    positions.map(({ subscription, log: read, laneGroup, position, left, adjoins }) => [
      subscription,
      read,
      laneGroup,
      ...position,
      ...(left ?? ['', '']).map(cell),
      verdict(adjoins),
    ]),
  );

const cell = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

/** What a move stops with. */
export function describeDifferences(reconciliation: Reconciliation): string {
  const { tables, positions, log, keys, places } = reconciliation;
  const found = [
    ...tables
      .filter(({ same }) => !same)
      .map(({ table: name, rows }) => `the table ${name} (rows: ${rows.join(' and ')})`),
    ...positions
      .filter(({ adjoins }) => !adjoins)
      .map(({ subscription, log: read }) => `the position of ${subscription} on ${read}`),
    ...(log.same ? [] : ['where the log goes on']),
    ...(keys.same ? [] : ['the versions of its keys']),
  ];
  return (
    `What is in ${places[1]} is not what is in ${places[0]}; the module was not switched over. Different: ${found.join(', ')}.\n` +
    `Roll back with --rollback; the module then lives in ${places[0]} as before.`
  );
}

const verdict = (same: boolean): string => (same ? 'same' : 'DIFFERENT');

const both = <T>([old, copied]: OldAndNew<T>, of: (value: T) => string | number): string =>
  of(old) === of(copied) ? String(of(old)) : `${of(old)} and ${of(copied)}`;
