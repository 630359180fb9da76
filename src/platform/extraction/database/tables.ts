import { escapeIdentifier } from 'pg';
import { HISTORY } from '../../provisioning/migrate';
import { rowsOf, type Session } from '../../placement/database-target';

/** A table of the module's schema, a partitioned one as a whole. */
export interface Table {
  readonly name: string;
  /** In the order of their names: the order of the columns themselves depends on how the table came to be. */
  readonly columns: readonly string[];
  /** Those whose values are stored and not computed from others. */
  readonly stored: readonly string[];
}

/** Tables about a database and not about the module: each database has its own. */
export const LOCAL_TABLES = [HISTORY, 'placement', 'moves', 'move_steps', 'server_mark'];

const TABLES = `
  select c.relname::text as name, array_agg(a.attname::text order by a.attname) as columns,
         array_agg(a.attname::text order by a.attname) filter (where a.attgenerated = '') as stored
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all ($1)
  group by c.relname order by c.relname`;

/** The tables that a module's data are in. */
export const tablesOf = (session: Session): Promise<Table[]> =>
  rowsOf<Table>(session, TABLES, [LOCAL_TABLES]);

/** A migration fills them with a row each. */
const FILLED_FROM_THE_BEGINNING = ['log_head', 'log_identity', 'log_relay', 'ticks'];

/** Those that hold rows which no migration has put there. */
export async function filledTablesOf(session: Session): Promise<string[]> {
  const filled: string[] = [];
  for (const { name } of (await tablesOf(session)).filter(
    (table) => !FILLED_FROM_THE_BEGINNING.includes(table.name),
  )) {
    const [{ has_rows }] = await rowsOf<{ has_rows: boolean }>(
      session,
      `select exists (select from ${escapeIdentifier(name)}) as has_rows`,
    );
    if (has_rows) filled.push(name);
  }
  return filled;
}

/** Empties all of them at once, as foreign keys among them want it. */
export async function emptyTables(session: Session): Promise<void> {
  const names = (await tablesOf(session)).map(({ name }) => escapeIdentifier(name));
  if (names.length > 0) await session.client.query(`truncate ${names.join(', ')}`);
}

export const listOf = (columns: readonly string[]): string => columns.map(escapeIdentifier).join(', ');
