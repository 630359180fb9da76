import { type Fingerprint, fingerprintOf, type KnownParts, knownPartsOf } from './fingerprint';
import { type KeyVersions, keyVersionsOf, type KnownKeys, knownKeysOf } from './key-versions';
import type { SealedLog } from '../database/seal-log';
import { rowsOf, type Session } from '../../placement/database-target';
import { type ComparedPosition, comparePositionsOf, positionsOfReaders, type Reader } from './positions';
import { type Table, tablesOf } from '../database/tables';

/** A value in the old place and in the new one. */
export type OldAndNew<T> = readonly [old: T, new: T];

export interface ComparedTable {
  table: string;
  rows: OldAndNew<string>;
  checksum: OldAndNew<string>;
  same: boolean;
}

/** What was compared after a copy, before the target is opened. */
export interface Reconciliation {
  module: string;
  places: OldAndNew<string>;
  tables: ComparedTable[];
  log: { ends: SealedLog; begins: { generation: number; tick: string }; same: boolean };
  positions: ComparedPosition[];
  keys: { versions: OldAndNew<KeyVersions>; same: boolean };
  /** Subscriptions of modules whose databases are not known here. */
  notLookedAt: string[];
  /** Nothing differs. */
  same: boolean;
}

export interface ReconcileOptions {
  source: Session;
  target: Session;
  ends: SealedLog;
  readers: readonly Reader[];
  /** What was looked at before the fence: it makes this faster, and no different. */
  known?: OldAndNew<Known>;
}

/** What is known of a place from an earlier look. */
export interface Known {
  /** By their names. */
  tables: ReadonlyMap<string, KnownParts>;
  keys: KnownKeys;
}

/** The new generation of the log is not there in the old place; it is looked at for itself. */
const OF_THE_LOG = ['outbox', 'ticks'];
const HEAD = 'log_head';

/**
 * Looks at both copies while they change, so that behind the fence only what has changed since has to be
 * looked at. Changes nothing.
 */
export function lookBeforehand(source: Session, target: Session): Promise<OldAndNew<Known>> {
  const side = async (session: Session): Promise<Known> => {
    const tables = new Map<string, KnownParts>();
    for (const table of await tablesOf(session)) tables.set(table.name, await knownPartsOf(session, table));
    return { tables, keys: await knownKeysOf(session) };
  };
  return Promise.all([side(source), side(target)]);
}

/** Compares the two copies. Changes nothing. */
export async function reconcile({
  source,
  target,
  ends,
  readers,
  known,
}: ReconcileOptions): Promise<Omit<Reconciliation, 'places'>> {
  const [tables, read] = await Promise.all([
    compareTables(source, target, ends.generation, known),
    positionsOfReaders(readers, source.module),
  ]);
  const begins = await beginningOf(target);
  const log = { ends, begins, same: begins.generation === ends.generation + 1 && begins.tick === '0' };
  const { positions, livingElsewhere } = await comparePositionsOf(source, target, read);
  const versions: OldAndNew<KeyVersions> = await Promise.all([
    keyVersionsOf(source, known?.[0].keys),
    keyVersionsOf(target, known?.[1].keys),
  ]);
  const keys = { versions, same: JSON.stringify(versions[0]) === JSON.stringify(versions[1]) };
  const same =
    tables.every((table) => table.same) && log.same && positions.every(({ adjoins }) => adjoins) && keys.same;
  return { module: source.module, tables, log, positions, keys, notLookedAt: livingElsewhere, same };
}

async function compareTables(
  source: Session,
  target: Session,
  lastGeneration: number,
  known?: OldAndNew<Known>,
): Promise<ComparedTable[]> {
  const [old, copied] = await Promise.all([tablesOf(source), tablesOf(target)]);
  const names = [...new Set([...old, ...copied].map(({ name }) => name))]
    .filter((name) => name !== HEAD)
    .sort();
  const compared: ComparedTable[] = [];
  for (const name of names) {
    const condition = OF_THE_LOG.includes(name) ? `generation <= ${lastGeneration}` : 'true';
    const side = async (
      session: Session,
      tables: readonly Table[],
      looked?: ReadonlyMap<string, KnownParts>,
    ): Promise<Fingerprint> => {
      const table = tables.find((candidate) => candidate.name === name);
      return table
        ? fingerprintOf(session, table, condition, looked?.get(name))
        : { rows: 'absent', checksum: '' };
    };
    const [before, after] = await Promise.all([
      side(source, old, known?.[0].tables),
      side(target, copied, known?.[1].tables),
    ]);
    const same = before.rows === after.rows && before.checksum === after.checksum;
    compared.push({
      table: name,
      rows: [before.rows, after.rows],
      checksum: [before.checksum, after.checksum],
      same,
    });
  }
  return compared;
}

async function beginningOf(target: Session): Promise<{ generation: number; tick: string }> {
  const [head] = await rowsOf<{ generation: number; tick: string }>(
    target,
    'select h.generation, h.tick from log_head h join ticks t using (generation, tick)',
  );
  return head;
}
