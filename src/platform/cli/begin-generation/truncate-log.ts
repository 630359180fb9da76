import type { Client } from 'pg';
import { escapeIdentifier } from 'pg';
import type { LogPosition } from '../../messages/envelope';
import type { Divergence } from './stream-of-log';

/** What became of a log whose stream held something else. */
export interface Truncation {
  generation: number;
  /**
   * Messages of this log that the stream did not have: readers of the stream get them in the new generation.
   */
  republished: number;
  /** Positions in this database that were moved to where the same messages stand now. */
  moved: number;
}

/** No tick has this number. */
const UNCOVERED = '9223372036854775807';

/**
 * Messages with their places in the order of readers. What no tick covers was published again in the next
 * generation, or comes last.
 * `$1` to `$3` are the last place that the stream has in common, generation 0 where there is none; `$4` is
 * the new generation.
 */
const AFTER_THE_CUT = `
  select o.*, w.window_tick
  from outbox o
  cross join lateral (
    select coalesce((select min(t.tick) - 1 from ticks t
                     where t.generation = o.generation and t.tick > case o.generation when $1 then $2::bigint else -1 end
                       and pg_visible_in_snapshot(o.xid, t.snapshot)), ${UNCOVERED}) as window_tick offset 0) w
  where o.generation >= $1 and o.generation < $4
    and not (o.generation = $1 and pg_visible_in_snapshot(o.xid, (select s.snapshot from ticks s where s.generation = $1 and s.tick = $2)))
    and (o.generation, w.window_tick, o.seq) > ($1::int, $2::bigint, $3::bigint)
    and (w.window_tick < ${UNCOVERED} or not exists (select from outbox n where n.id = o.id and n.generation > o.generation and n.generation < $4))`;

const COLUMNS =
  'id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_at';

/**
 * Begins a generation that goes on behind a stream with other messages: above every place in that stream, and
 * with everything again that the stream does not have. The parts of older generations that the stream has
 * differently end where the two were last the same. In a transaction with the rights of the schema's owner,
 * and with the log locked. Positions and leases of subscriptions in the same database are moved along, so
 * that they get nothing twice; what they hold back they keep.
 */
export async function truncateLog(
  client: Client,
  module: string,
  { identity, through, common, read }: Divergence,
): Promise<Truncation> {
  const schema = escapeIdentifier(module);
  await client.query(`set local search_path = ${schema}`);
  await reachGeneration(client, through.generation);
  const { rows } = await client.query<{ generation: number }>('select begin_generation() as generation');
  const [{ generation }] = rows;
  const place = [
    common?.generation ?? 0,
    common?.tick.toString() ?? '0',
    common?.seq.toString() ?? '0',
    generation,
  ];
  // The function has begun it with what no tick had covered: that comes again below, behind what comes before
  // it.
  await client.query('delete from outbox where generation = $1', [generation]);
  // What the stream has although not in the same place comes first, and readers of the stream begin behind
  // it.
  const { rows: copies } = await client.query<{ repeated: boolean; seq: string }>(
    `with copied as (
       insert into outbox (generation, ${COLUMNS})
       select $4, ${COLUMNS} from (${AFTER_THE_CUT}) o order by o.id <> all ($5::uuid[]), generation, window_tick, seq
       returning id, seq)
     select id = any ($5::uuid[]) as repeated, seq from copied order by seq`,
    [...place, [...read]],
  );
  const moved = await movePositions(client, module, place);
  await endWindowsAfter(client, common, generation);
  const begins = copies.filter(({ repeated }) => repeated).at(-1)?.seq ?? '0';
  await client.query(
    `update log_identity set identity = gen_random_uuid(), begun_at = clock_timestamp(), first_generation = $1, first_seq = $2,
       follows_identity = $3, follows_generation = $4, follows_tick = $5, follows_seq = $6`,
    [
      generation,
      begins,
      identity ?? null,
      through.generation,
      through.tick.toString(),
      through.seq.toString(),
    ],
  );
  await client.query(
    `update log_relay set epoch = epoch + 1, owner = null, leased_until = '-infinity', generation = null, tick = null, seq = null`,
  );
  return { generation, republished: copies.filter(({ repeated }) => !repeated).length, moved };
}

/** Readers of the stream have been in its generations: each of them is an ended one here too. */
async function reachGeneration(client: Client, generation: number): Promise<void> {
  await client.query(
    `insert into ticks (generation, tick, snapshot)
     select g, 0, t.snapshot from log_head h join ticks t using (generation, tick), generate_series(h.generation + 1, $1::int) g`,
    [generation],
  );
  // What no tick had covered would be left behind in the generation before: it is repeated with everything
  // else.
  await client.query('update log_head set generation = $1, tick = 0 where generation < $1', [generation]);
}

/**
 * In every schema of this database: a position beyond the cut goes behind the copy of the last message before
 * it.
 */
async function movePositions(client: Client, module: string, place: readonly unknown[]): Promise<number> {
  const { rows: schemas } = await client.query<{ schema: string }>(
    `select n.nspname::text as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = 'subscription_positions' and c.relkind = 'r' and has_table_privilege(c.oid, 'update')`,
  );
  let moved = 0;
  for (const { schema } of schemas) {
    const { rowCount } = await client.query(
      `with copied as materialized (
         select o.generation, o.window_tick, o.seq, c.seq as copy from (${AFTER_THE_CUT}) o join outbox c on c.generation = $4 and c.id = o.id
       )
       update ${escapeIdentifier(schema)}.subscription_positions p
       set generation = $4, tick = 0, epoch = p.epoch + 1, owner = null, leased_until = '-infinity', moved_at = clock_timestamp(),
           seq = coalesce((select max(c.copy) from copied c where (c.generation, c.window_tick, c.seq) <= (p.generation, p.tick, p.seq)), 0)
       where p.log = $5 and (p.generation, p.tick, p.seq) > ($1::int, $2::bigint, $3::bigint) and p.generation < $4
         and exists (select from copied)`,
      [...place, module],
    );
    moved += rowCount ?? 0;
  }
  return moved;
}

/**
 * The last window that is left ends with the last message in common: what came with later transactions is not
 * visible in it.
 */
async function endWindowsAfter(
  client: Client,
  common: LogPosition | undefined,
  generation: number,
): Promise<void> {
  if (!common) {
    await client.query('delete from ticks where tick > 0 and generation < $1', [generation]);
    return;
  }
  await client.query(
    `update ticks t set snapshot = shortened.snapshot
     from (
       select format('%s:%s:%s', least(min(pg_snapshot_xmin(c.snapshot)::text::numeric), min(x.xid::text::numeric)),
                     min(pg_snapshot_xmax(c.snapshot)::text::numeric), string_agg(x.xid::text, ',' order by x.xid))::pg_snapshot as snapshot
       from ticks c
       join ticks p on p.generation = c.generation and p.tick = c.tick - 1
       cross join lateral (
         select pg_snapshot_xip(c.snapshot) as xid
         union
         select o.xid from outbox o where o.generation = c.generation and o.seq > $3
           and pg_visible_in_snapshot(o.xid, c.snapshot) and not pg_visible_in_snapshot(o.xid, p.snapshot)
       ) x
       where c.generation = $1 and c.tick = $2::bigint + 1
       having count(*) > 0) shortened
     where t.generation = $1 and t.tick = $2::bigint + 1`,
    [common.generation, common.tick.toString(), common.seq.toString()],
  );
  await client.query(
    'delete from ticks where generation < $3 and ((generation = $1 and tick > $2::bigint + 1) or (generation > $1 and tick > 0))',
    [common.generation, common.tick.toString(), generation],
  );
}
