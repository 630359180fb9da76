import type { Envelope } from '../messages/envelope';
import { envelopeOf, type Queryable, type Row } from './read-window';

/**
 * Ids are made right before their messages are appended, by a clock that may differ from the database's.
 * Within so much of an id's time its message is looked for first.
 */
const AROUND_MS = 60_000;

/**
 * What had been drawn from the log's sequence a while before the id was made, and a while after: an index on
 * ids would cost each append, and ticks know it.
 */
const BOUNDS = `
  select coalesce(max(closes_at) filter (where at < made - around), 0) as above,
         min(closes_at) filter (where at > made + around) as upto
  from ticks, to_timestamp($1::float8 / 1000) made, make_interval(secs => $2::float8 / 1000) around`;

/** The tick that lets it be read is the first that sees it. A message may stand in two generations. */
const FIND = `
  select o.generation, o.seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload::text as payload, o.headers,
         o.lane, o.key_version, extract(epoch from o.created_at)::float8 * 1000 as created_ms, w.tick
  from outbox o
  left join lateral (select t.tick from ticks t
                     where t.generation = o.generation and t.closes_at >= o.seq and pg_visible_in_snapshot(o.xid, t.snapshot)
                     order by t.tick limit 1) w on true
  where o.id = $1 and o.seq > $2 and ($3::bigint is null or o.seq <= $3)
  order by w.tick is null, o.generation desc limit 1`;

type FoundRow = Omit<Row, 'tick'> & { generation: number; tick: string | null };

/**
 * The message with this id in the log of `source`, with its place there; undefined where there is none. Takes
 * milliseconds where the id is of a message, and reads the whole log where it is not. With the rights of the
 * log's owner.
 */
export async function findMessage(
  owner: Queryable,
  source: string,
  id: string,
): Promise<Envelope | undefined> {
  const [{ above, upto }] = (await owner.query(BOUNDS, [madeAt(id), AROUND_MS])) as {
    above: string;
    upto: string | null;
  }[];
  const near = await find(owner, [id, above, upto]);
  const found = near?.tick ? near : await find(owner, [id, '0', null]);
  if (!found) return undefined;
  if (found.tick !== null) return envelopeOf({ ...found, tick: found.tick }, source, found.generation);
  // It has no place before a tick lets it be read, and a reader takes one soon, if there is a reader.
  await owner.query('select from take_tick()', []);
  const ticked = await find(owner, [id, '0', null]);
  return ticked?.tick ? envelopeOf({ ...ticked, tick: ticked.tick }, source, ticked.generation) : undefined;
}

async function find(owner: Queryable, parameters: unknown[]): Promise<FoundRow | undefined> {
  return ((await owner.query(FIND, parameters)) as FoundRow[]).at(0);
}

/** Milliseconds since 1970, which a UUIDv7 begins with. */
const madeAt = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
