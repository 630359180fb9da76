import { rowsOf, type Session } from './place';

/** How far the histories of the keys in a log have come. */
export interface KeyVersions {
  keys: number;
  /** The sum of every key's last version. */
  reached: string;
  /** Keys of which a version is missing or there twice. */
  broken: number;
}

/** A generation may repeat what the one before it had not delivered, so messages are counted by id. */
const VERSIONS = `
  select count(*)::int as keys, coalesce(sum(last), 0)::text as reached,
         (count(*) filter (where messages <> versions or last - first + 1 <> versions))::int as broken
  from (
    select count(distinct id) as messages, count(distinct key_version) as versions, min(key_version) as first, max(key_version) as last
    from outbox group by aggregatetype, aggregateid
  ) keys`;

export async function keyVersionsOf(session: Session): Promise<KeyVersions> {
  const [versions] = await rowsOf<KeyVersions>(session, VERSIONS);
  return versions;
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
