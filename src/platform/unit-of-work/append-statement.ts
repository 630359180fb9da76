import { jsonDocuments, plain, texts } from '../database/list-parameters';
import type { Statement } from '../database/transaction';
import { newId } from '../kernel/new-id';

/** A message as it stands in the log, but for its id. */
export interface LogRow {
  kind: string;
  aggregateType: string;
  aggregateId: string;
  /** The contract's name and version. */
  type: string;
  version: number;
  /** JSON. */
  payload: string;
  /** JSON. */
  headers: string;
  lane: number;
  keyVersion: number;
}

const INTO =
  'insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)';
const GENERATION = '(select generation from log_head)';

const APPEND_ONE = `${INTO} values (${GENERATION}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

// Unnested side by side where they are selected, lists are read row by row and in their order; in `from`,
// each would be copied first.
const APPEND_MANY = `${INTO} select ${GENERATION}, unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),
  unnest($5::text[]), unnest($6::int[]), unnest($7::jsonb[]), unnest($8::jsonb[]), unnest($9::smallint[]), unnest($10::bigint[])`;

/**
 * The statement that appends messages to the log, in their order. One message, the usual case, needs no
 * lists.
 */
export function appendStatement(rows: readonly LogRow[]): Statement {
  if (rows.length === 1) {
    const [{ kind, aggregateType, aggregateId, type, version, payload, headers, lane, keyVersion }] = rows;
    return {
      text: APPEND_ONE,
      values: [newId(), kind, aggregateType, aggregateId, type, version, payload, headers, lane, keyVersion],
    };
  }
  return {
    text: APPEND_MANY,
    values: [
      plain(rows.map(newId)),
      texts(rows.map(({ kind }) => kind)),
      texts(rows.map(({ aggregateType }) => aggregateType)),
      texts(rows.map(({ aggregateId }) => aggregateId)),
      texts(rows.map(({ type }) => type)),
      plain(rows.map(({ version }) => version)),
      jsonDocuments(rows.map(({ payload }) => payload)),
      jsonDocuments(rows.map(({ headers }) => headers)),
      plain(rows.map(({ lane }) => lane)),
      plain(rows.map(({ keyVersion }) => keyVersion)),
    ],
  };
}
