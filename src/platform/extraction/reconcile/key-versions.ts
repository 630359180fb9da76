import { rowsOf, type Session } from '../../placement/database-target';

/** How far the histories of the keys in a log have come. */
export interface KeyVersions {
  keys: number;
  /** The sum of every key's last version. */
  reached: string;
  /** Keys of which a version is missing or there twice. */
  broken: number;
}

/** What was known of the keys when the log was looked at before. */
export interface KnownKeys {
  versions: KeyVersions;
  /** What of the log that was: all that its last tick covered. */
  generation: number;
  snapshot: string;
}

/** A generation may repeat what the one before it had not delivered, so messages are counted by id. */
const versionsIn = (log: string): string => `
  select count(*)::int as keys, coalesce(sum(last), 0)::text as reached,
         (count(*) filter (where messages <> versions or last - first + 1 <> versions))::int as broken
  from (
    select count(distinct id) as messages, count(distinct key_version) as versions, min(key_version) as first, max(key_version) as last
    from ${log} group by aggregatetype, aggregateid
  ) keys`;

const COVERED = '(generation < $1 or generation = $1 and pg_visible_in_snapshot(xid, $2))';

/** The whole histories of the keys that have gone on since. */
const GONE_ON = `
  with since as (
    select distinct aggregatetype, aggregateid from outbox
    where generation > $1 or generation = $1 and xid >= pg_snapshot_xmin($2) and not pg_visible_in_snapshot(xid, $2)
  ), histories as materialized (select aggregatetype, aggregateid, id, key_version, ${COVERED} as covered from outbox join since using (aggregatetype, aggregateid))`;

/**
 * How far the keys have come. With what was known before, only the keys that have gone on since are looked
 * at.
 */
export async function keyVersionsOf(session: Session, known?: KnownKeys): Promise<KeyVersions> {
  if (!known) return (await rowsOf<KeyVersions>(session, versionsIn('outbox')))[0];
  const [{ before, now }] = await rowsOf<{ before: KeyVersions; now: KeyVersions }>(
    session,
    `${GONE_ON} select to_json(b) as before, to_json(n) as now from (${versionsIn('histories where covered')}) b, (${versionsIn('histories')}) n`,
    [known.generation, known.snapshot],
  );
  const { keys, reached, broken } = known.versions;
  return {
    keys: keys - before.keys + now.keys,
    reached: String(BigInt(reached) - BigInt(before.reached) + BigInt(now.reached)),
    broken: broken - before.broken + now.broken,
  };
}

/** Looks at the keys, so that later only those must be looked at that have gone on. */
export async function knownKeysOf(session: Session): Promise<KnownKeys> {
  const [tick] = await rowsOf<{ generation: number; snapshot: string }>(
    session,
    'select generation, snapshot::text from log_head join ticks using (generation, tick)',
  );
  const [versions] = await rowsOf<KeyVersions>(session, versionsIn(`outbox where ${COVERED}`), [
    tick.generation,
    tick.snapshot,
  ]);
  return { versions, ...tick };
}

/** The keys whose histories have gone on since a generation began. */
export interface KeysAcross {
  keys: number;
  /** Those of which a version is missing or there twice. */
  broken: number;
}

/** Of the keys with messages from before and after a generation began. */
export async function keysAcross(session: Session, generation: number): Promise<KeysAcross> {
  const [across] = await rowsOf<KeysAcross>(
    session,
    `select count(*)::int as keys, (count(*) filter (where messages <> versions or last - first + 1 <> versions))::int as broken
     from (
       select count(distinct id) as messages, count(distinct key_version) as versions, min(key_version) as first, max(key_version) as last
       from outbox group by aggregatetype, aggregateid having min(generation) < $1 and max(generation) >= $1
     ) across`,
    [generation],
  );
  return across;
}
