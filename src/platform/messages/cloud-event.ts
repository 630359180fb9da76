import type { Envelope, LogPosition } from './envelope';

/**
 * A message as CloudEvents 1.0.2 has it. Extension attributes are named as the specification's extensions are
 * (partitioning, sequence, distributed tracing), and ours by its rules: lower-case letters and digits.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** The module that published it, as a URI reference. */
  readonly source: string;
  readonly type: string;
  /** The ordering key. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Names the message's JSON Schema, of its version. */
  readonly dataschema: string;
  readonly partitionkey: string;
  /** Its place in the log of its source: sorts as text as the messages do. */
  readonly sequence: string;
  readonly correlationid: string;
  /** The id of the message that caused it; absent where a request did. */
  readonly causationid?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const STRUCTURED = 'application/cloudevents+json';

/** The message as it was published, whatever versions its consumers know. */
export function cloudEventOf(message: Envelope): CloudEvent {
  const { id, source, type, version, subject, time, correlationId, causationId, traceparent } = message;
  return {
    specversion: '1.0',
    id,
    source: `/${source}`,
    type,
    subject,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:seamline:${type}:v${version}`,
    partitionkey: subject,
    sequence: sequenceOf(message.position),
    correlationid: correlationId,
    ...(causationId !== undefined && { causationid: causationId }),
    ...(traceparent !== undefined && { traceparent }),
    data: message.data,
  };
}

/** The headers of the HTTP binding's binary mode; the body is the data. */
export function binaryHeadersOf({
  data: _data,
  datacontenttype,
  ...attributes
}: CloudEvent): Record<string, string> {
  const headers = Object.entries(attributes).map(([name, value]): [string, string] => [
    `ce-${name}`,
    headerValue(value),
  ]);
  return { 'Content-Type': datacontenttype, ...Object.fromEntries(headers) };
}

/** Digits of an `int` and of a `bigint`. */
const [INT, BIGINT] = [10, 19];

/** Of fixed length, so that it sorts as the numbers do. */
const sequenceOf = ({ generation, tick, seq }: LogPosition): string =>
  [
    String(generation).padStart(INT, '0'),
    ...[tick, seq].map((part) => String(part).padStart(BIGINT, '0')),
  ].join('.');

/**
 * Percent-encodes what the HTTP binding wants encoded: spaces, quotes, percents and all beyond visible ASCII.
 */
const headerValue = (text: string): string =>
  text.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) =>
    Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&'),
  );
