import { escapeIdentifier } from 'pg';
import { rowsOf, type Session } from './place';
import { listOf, type Table } from './tables';

/** What can be told of a table's rows without moving them. */
export interface Fingerprint {
  rows: string;
  /** The same for the same rows, in whatever order they lie, on every version of the server. */
  checksum: string;
}

/**
 * Adds up the hashes of the rows, so that their order does not count and a doubled row does. MD5 is the hash that no version of the
 * server changes; two halves of it are added up apart.
 */
export async function fingerprintOf(session: Session, { name, columns }: Table, condition = 'true'): Promise<Fingerprint> {
  const [fingerprint] = await rowsOf<Fingerprint>(
    session,
    `select count(*)::text as rows,
            coalesce(md5(sum(('x' || left(hash, 15))::bit(60)::bigint)::text || ' ' || sum(('x' || right(hash, 15))::bit(60)::bigint)::text), '') as checksum
     from (select md5(row(${listOf(columns)})::text) as hash from ${escapeIdentifier(name)} where ${condition}) hashed`,
  );
  return fingerprint;
}
