import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Statement } from '../database/transaction';
import type { RecordedMessage } from '../domain/aggregate';
import { rulesFingerprint } from '../messages/validation/validation-metadata';
import { appendStatement } from './append-statement';
import { contractOf } from '../messages/contract';
import type { MessageContext } from '../messages/message-context';
import { refuseTooLarge } from '../messages/message-size';
import { validateMessage } from '../messages/validate-message';

/** A recorded message and what caused it. */
export interface OutgoingMessage extends RecordedMessage {
  context: MessageContext;
}

/** Messages of one key share a lane; the number of lanes never changes. */
export const LANES = 256;

/** The lane of an ordering key. */
export const laneOf = (key: string): number => Number.parseInt(hash('md5', key, 'hex').slice(0, 2), 16);

/**
 * Appends messages to the module's log: once, at the end of a unit of work, after the aggregates were locked.
 */
@Injectable()
export class Outbox {
  /**
   * The statement that appends messages, in their order. Throws when one does not fit its contract, or is
   * larger than any broker takes.
   */
  insertionOf(outgoing: readonly OutgoingMessage[]): Statement {
    const rules = rulesFingerprint();
    // Many messages of a unit of work share an origin.
    const headers = new Map<MessageContext, string>();
    const rows = outgoing.map(({ message, context, aggregateType, aggregateId, keyVersion }) => {
      const contract = contractOf(message);
      validateMessage(message, contract);
      const { kind, name: type, version, readableSince } = contract;
      let origin = headers.get(context) ?? JSON.stringify({ ...context, rules });
      headers.set(context, origin);
      if (readableSince !== undefined) origin = JSON.stringify({ ...context, rules, readableSince });
      const [payload, lane] = [JSON.stringify(message), laneOf(aggregateId)];
      refuseTooLarge(type, payload, origin);
      return { kind, aggregateType, aggregateId, type, version, payload, headers: origin, lane, keyVersion };
    });
    return appendStatement(rows);
  }
}
