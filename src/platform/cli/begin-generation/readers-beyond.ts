import { type Client, escapeIdentifier } from 'pg';

/** A subscription that has come further in a log than the log goes. */
export interface ReaderBeyond {
  readonly subscription: string;
  /** Lane groups that stand beyond the end. */
  readonly laneGroups: number;
  /** The place furthest from the end, as generation.tick.seq. */
  readonly furthest: string;
  /** Messages that it holds back and that the log no longer has where they stood. */
  readonly held: number;
}

/** Where a log ends: its generation, and the last tick of it. */
export interface EndOfLog {
  readonly generation: number;
  readonly tick: string;
}

const BEYOND =
  '(p.generation, p.tick) > ($2::int, $3::bigint) or ((p.generation, p.tick) = ($2::int, $3::bigint) and p.seq > 0)';

/**
 * The subscriptions of one database, in all of its schemas, that stand beyond the end of a log. Needs rights
 * to read them.
 */
export async function readersBeyond(
  client: Client,
  log: string,
  { generation, tick }: EndOfLog,
): Promise<ReaderBeyond[]> {
  const found: ReaderBeyond[] = [];
  for (const schema of await schemasWithPositions(client)) {
    const { rows } = await client.query<ReaderBeyond>(
      `select p.subscription, count(*)::int as "laneGroups",
              (array_agg(format('%s.%s.%s', p.generation, p.tick, p.seq) order by p.generation desc, p.tick desc, p.seq desc))[1] as furthest,
              (select count(*)::int from ${schema}.deferred_messages h
               where h.subscription = p.subscription and h.log = $1 and (h.generation, h.tick) >= ($2::int, $3::bigint)) as held
       from ${schema}.subscription_positions p where p.log = $1 and (${BEYOND})
       group by p.subscription order by p.subscription`,
      [log, generation, tick],
    );
    found.push(...rows);
  }
  return found;
}

/** The highest generation of a log in which a subscription of this database stands; 0 where none reads it. */
export async function furthestGeneration(client: Client, log: string): Promise<number> {
  let furthest = 0;
  for (const schema of await schemasWithPositions(client)) {
    const { rows } = await client.query<{ generation: number | null }>(
      `select max(generation) as generation from ${schema}.subscription_positions where log = $1`,
      [log],
    );
    furthest = Math.max(furthest, rows[0].generation ?? 0);
  }
  return furthest;
}

async function schemasWithPositions(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(
    `select n.nspname::text as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = 'subscription_positions' and c.relkind = 'r' and has_table_privilege(c.oid, 'select') order by 1`,
  );
  return rows.map(({ schema }) => escapeIdentifier(schema));
}
