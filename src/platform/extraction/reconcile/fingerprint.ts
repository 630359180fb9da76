import { createHash } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { rowsOf, type Session } from '../../placement/database-target';
import { listOf, type Table } from '../database/tables';

/** A summary of a table's rows: their number and checksum. */
export interface Fingerprint {
  rows: string;
  /** The same for the same rows, in whatever order they lie, on every version of the server. */
  checksum: string;
}

/**
 * The sums of so many pages of a table in one place. Read again, they are the same when there are as many
 * rows as before and none of them was written since: so only pages with later writes are hashed twice.
 */
interface Part {
  block: string;
  rows: string;
  left: string;
  right: string;
}

/** What is known of a table's rows in one place from an earlier look. */
export interface KnownParts {
  /** Every transaction with a lower id had ended when it was looked. */
  xmin: string;
  /** By the table's relations: a partitioned one has several. */
  relations: ReadonlyMap<string, { shape: string; parts: ReadonlyMap<string, Part> }>;
}

interface Relation {
  name: string;
  /**
   * Changes when the server writes all rows anew, to other places, and when the same bytes mean something
   * else.
   */
  shape: string;
  blocks: string[];
}

/**
 * Few, because one row that was written has all of them hashed again; not one, because each part is
 * remembered.
 */
const PAGES = 16;

const RELATIONS = `
  select c.oid::regclass::text as name, pg_relation_filenode(c.oid) || (
           select string_agg(format(' %I %s', attname, format_type(atttypid, atttypmod)), '' order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0
         ) as shape,
         array(select n::text from generate_series(0, pg_relation_size(c.oid) / current_setting('block_size')::int, ${PAGES}) n) as blocks
  from pg_class c
  where c.relkind = 'r' and c.oid in (select $1::regclass::oid union select relid::oid from pg_partition_tree($1::regclass)) order by c.oid`;

/** Runs `aggregates` over each part of a relation, whose first pages are the first parameter. */
const overParts = (relation: string, aggregates: string, columns: string): string => `
  select b.block::text, p.* from unnest($1::bigint[]) as b (block)
  cross join lateral (
    select ${aggregates} from (
      select ${columns} from ${relation}
      where ctid >= format('(%s,0)', b.block)::tid and ctid < format('(%s,0)', b.block + ${PAGES})::tid and `;

/**
 * Adds up the hashes of the rows, so that their order does not count and a doubled row does. MD5 is the hash
 * that no version of the server changes; two halves of it are added up apart. What is known of the rows from
 * an earlier look is not hashed again.
 */
export async function fingerprintOf(
  session: Session,
  table: Table,
  condition = 'true',
  known?: KnownParts,
): Promise<Fingerprint> {
  let [rows, left, right] = [0n, 0n, 0n];
  for (const relation of await relationsOf(session, table)) {
    const unchanged = known ? await unchangedParts(session, relation, condition, known) : [];
    const blocks = new Set(unchanged.map(({ block }) => block));
    const hashed = await partsOf(
      session,
      table,
      relation.name,
      condition,
      relation.blocks.filter((block) => !blocks.has(block)),
    );
    for (const part of [...unchanged, ...hashed]) {
      rows += BigInt(part.rows);
      left += BigInt(part.left);
      right += BigInt(part.right);
    }
  }
  return {
    rows: String(rows),
    checksum: rows === 0n ? '' : createHash('md5').update(`${left} ${right}`).digest('hex'),
  };
}

/** Looks at a table, so that later only what has changed since must be hashed. */
export async function knownPartsOf(session: Session, table: Table): Promise<KnownParts> {
  const [{ xmin }] = await rowsOf<{ xmin: string }>(
    session,
    'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin',
  );
  const relations = new Map<string, { shape: string; parts: Map<string, Part> }>();
  for (const { name, shape, blocks } of await relationsOf(session, table)) {
    const parts = await partsOf(session, table, name, 'true', blocks);
    relations.set(name, { shape, parts: new Map(parts.map((part) => [part.block, part])) });
  }
  return { xmin, relations };
}

const relationsOf = (session: Session, { name }: Table): Promise<Relation[]> =>
  rowsOf<Relation>(session, RELATIONS, [escapeIdentifier(name)]);

const partsOf = (
  session: Session,
  table: Table,
  relation: string,
  condition: string,
  blocks: readonly string[],
): Promise<Part[]> => {
  const sums = `count(*)::text as rows, coalesce(sum(('x' || left(hash, 15))::bit(60)::bigint), 0)::text as left,
                coalesce(sum(('x' || right(hash, 15))::bit(60)::bigint), 0)::text as right`;
  const hash = `md5(row(${listOf(table.columns)})::text) as hash`;
  return rowsOf<Part>(session, `${overParts(relation, sums, hash)} ${condition}) hashed) p`, [blocks]);
};

/**
 * A row that an ended transaction has written was there at the first look, too, if it is there now: so no
 * fewer rows means the same rows.
 */
async function unchangedParts(
  session: Session,
  relation: Relation,
  condition: string,
  known: KnownParts,
): Promise<Part[]> {
  const before = known.relations.get(relation.name);
  if (before?.shape !== relation.shape) return [];
  const found = await rowsOf<{ block: string; rows: string }>(
    session,
    `${overParts(relation.name, 'count(*)::text as rows, bool_and(old) as old', 'age(xmin) > age($2::xid8::xid) as old')} ${condition}) aged) p where old`,
    [relation.blocks, known.xmin],
  );
  return found.flatMap(({ block, rows }) => {
    const part = before.parts.get(block);
    return part?.rows === rows ? [part] : [];
  });
}
