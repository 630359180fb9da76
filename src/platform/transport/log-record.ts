import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { Envelope, LogPosition } from '../messages/envelope';
import { cacheSize } from '../messages/message-size';
import { headSubject, laneSubject } from './log-subjects';
import { textOf } from '../kernel/utf8';

/** What a log's stream holds: a message of the log, or none where only its end has moved. */
export interface LogRecord {
  /** Where it stands in the log. */
  position: LogPosition;
  /**
   * Where the message before it stands, or where the log begins. A reader that knows less has missed
   * something.
   */
  after: LogPosition;
  /** How far the log was read with it: at or after `position`. */
  through: LogPosition;
  message?: Envelope;
  /**
   * Which log it is of, among all that the module ever had; absent in what was written before logs had
   * identities.
   */
  identity?: string;
  /**
   * Where another log goes on behind the one that the stream held so far: that one's identity, empty where it
   * had none.
   */
  follows?: string;
}

/** A message on the way to or from the broker. */
export type WireMessage = Pick<Msg, 'subject' | 'data'> & { headers?: MsgHdrs };

/** A header cannot be empty. */
const NO_IDENTITY = 'none';
/**
 * All that a relay writes into an attribute. The client of the broker reads other bytes as other characters.
 */
const WRITTEN = /^[\x21-\x7e]*$/;

const encoder = new TextEncoder();

/** CloudEvents 1.0 over NATS, in binary mode: attributes are headers, the data is the payload. */
export function encodeRecord(
  module: string,
  { position, after, through, message, identity, follows }: LogRecord,
): Required<WireMessage> {
  const attributes = headers();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) attributes.set(`ce-${name}`, escape(value));
  };
  set('position', formatPosition(position));
  set('after', formatPosition(after));
  set('through', formatPosition(through));
  set('logidentity', identity);
  set('logfollows', follows === '' ? NO_IDENTITY : follows);
  if (!message) return { subject: headSubject(module), data: new Uint8Array(), headers: attributes };
  set('specversion', '1.0');
  set('id', message.id);
  set('type', message.type);
  set('source', message.source);
  set('subject', message.subject);
  set('time', message.time.toISOString());
  set('datacontenttype', 'application/json');
  set('dataversion', String(message.version));
  set('kind', message.kind);
  set('aggregatetype', message.aggregateType);
  set('keyversion', String(message.keyVersion));
  set('lane', String(message.lane));
  set('correlationid', message.correlationId);
  set('causationid', message.causationId);
  set('traceparent', message.traceparent);
  set('rules', message.rules);
  set('readablesince', message.readableSince?.toString());
  return {
    subject: laneSubject(module, message.lane),
    data: encoder.encode(JSON.stringify(message.data)),
    headers: attributes,
  };
}

/** Throws for a message that no relay has written. */
export function decodeRecord({ subject, data, headers: attributes }: WireMessage): LogRecord {
  const optional = (name: string): string | undefined => {
    const value = attributes?.get(`ce-${name}`);
    if (!value) return undefined;
    if (!WRITTEN.test(value))
      throw new Error(
        `A message on ${subject} has a header ce-${name} that no relay of Seamline has written.`,
      );
    return decodeURIComponent(value);
  };
  const get = (name: string): string => {
    const value = optional(name);
    if (value === undefined)
      throw new Error(
        `A message on ${subject} has no header ce-${name}: no relay of Seamline has written it.`,
      );
    return value;
  };
  const position = parsePosition(get('position'));
  const record: LogRecord = {
    position,
    after: parsePosition(get('after')),
    through: parsePosition(get('through')),
  };
  const [identity, follows] = [optional('logidentity'), optional('logfollows')];
  if (identity !== undefined) record.identity = identity;
  if (follows !== undefined) record.follows = follows === NO_IDENTITY ? '' : follows;
  if (subject.endsWith('.head')) return record;
  const message: Envelope = {
    id: get('id'),
    type: get('type'),
    version: Number(get('dataversion')),
    source: get('source'),
    kind: get('kind') === 'command' ? 'command' : 'event',
    subject: get('subject'),
    aggregateType: get('aggregatetype'),
    keyVersion: Number(get('keyversion')),
    lane: Number(get('lane')),
    time: new Date(get('time')),
    correlationId: get('correlationid'),
    causationId: optional('causationid'),
    traceparent: optional('traceparent'),
    rules: optional('rules'),
    readableSince: numberIn(optional('readablesince')),
    data: JSON.parse(textOf(subject, data)) as Record<string, unknown>,
    position,
  };
  cacheSize(message, data.length);
  return { ...record, message };
}

const numberIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

const formatPosition = ({ generation, tick, seq }: LogPosition): string => `${generation}.${tick}.${seq}`;

function parsePosition(text: string): LogPosition {
  const [, generation, tick, seq] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (seq === undefined) throw new Error(`"${text}" is no position of a log.`);
  return { generation: Number(generation), tick: BigInt(tick), seq: BigInt(seq) };
}

/** Header values are printable ASCII; the rest is percent-encoded, as the CloudEvents bindings have it. */
const escape = (value: string): string => value.replace(/[^\x21\x23\x24\x26-\x7e]+/g, encodeURIComponent);
