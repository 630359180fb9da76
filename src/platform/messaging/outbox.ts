import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Statement } from '../database/transaction';
import type { RecordedMessage } from '../domain/aggregate';
import { contractOf } from './contract';
import type { MessageContext } from './message-context';
import { rulesFingerprint } from '../validation/validation-metadata';
import { validateMessage } from './validate-message';

/** A recorded message and what caused it. */
export interface OutgoingMessage extends RecordedMessage {
  context: MessageContext;
}

/** Messages of one key share a lane; the number of lanes never changes. */
export const LANES = 256;

/** The lane of an ordering key. */
export const laneOf = (key: string): number => createHash('md5').update(key).digest()[0];

/** Appends messages to the module's log: once, at the end of a unit of work, after the aggregates were locked. */
@Injectable()
export class Outbox {
  /** The statement that appends messages, in their order. Throws when one does not fit its contract. */
  insertionOf(outgoing: readonly OutgoingMessage[]): Statement {
    const rules = rulesFingerprint();
    const columns: (string | number)[][] = [[], [], [], [], [], [], [], [], [], []];
    for (const { message, aggregateType, aggregateId, keyVersion, context } of outgoing) {
      const contract = contractOf(message);
      validateMessage(message, contract);
      const row = [
        uuidv7(),
        contract.kind,
        aggregateType,
        aggregateId,
        contract.name,
        contract.version,
        JSON.stringify(message),
        JSON.stringify({ ...context, rules }),
        laneOf(aggregateId),
        keyVersion,
      ];
      row.forEach((value, column) => columns[column].push(value));
    }
    return {
      text: `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
       select (select generation from log_head), m.id, m.kind, m.aggregatetype, m.aggregateid, m.type, m.version, m.payload, m.headers, m.lane, m.key_version
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::jsonb[], $8::jsonb[], $9::smallint[], $10::bigint[])
         with ordinality as m (id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, position)
       order by m.position`,
      values: columns,
    };
  }
}
