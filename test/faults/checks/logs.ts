import { moduleNames } from '../../support/modules';

export const LOGS = moduleNames;

/** All messages of all logs, each with the log it stands in. */
export const ALL_MESSAGES = LOGS.map(
  (log) =>
    `select '${log}' as log, id, kind, aggregatetype, aggregateid as key, type, payload, key_version, seq, nullif(headers ->> 'causationId', '')::uuid as cause from ${log}.outbox`,
).join('\nunion all ');
