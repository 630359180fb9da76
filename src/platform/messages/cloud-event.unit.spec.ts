import { CloudEvent, HTTP } from 'cloudevents';
import * as fc from 'fast-check';
import { binaryHeadersOf, cloudEventOf, STRUCTURED } from './cloud-event';
import type { Envelope } from './envelope';

const MESSAGE: Envelope = {
  id: '019a0000-0000-7000-8000-000000000001',
  type: 'orders.order-placed',
  version: 2,
  source: 'orders',
  kind: 'event',
  subject: 'A/B "50 %" é 😀',
  aggregateType: 'order',
  keyVersion: 3,
  lane: 7,
  time: new Date('2026-01-02T03:04:05.678Z'),
  correlationId: 'from-the-client',
  causationId: '019a0000-0000-7000-8000-000000000000',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  rules: 'x',
  data: { orderId: 'o', total: { amount: 5, currency: 'GBP' }, note: 'é' },
  position: { generation: 1, tick: 12n, seq: 345n },
};
const ATTRIBUTES = {
  specversion: '1.0',
  id: MESSAGE.id,
  source: '/orders',
  type: 'orders.order-placed',
  subject: MESSAGE.subject,
  datacontenttype: 'application/json',
  dataschema: 'urn:seamline:orders.order-placed:v2',
  partitionkey: MESSAGE.subject,
  sequence: '0000000001.0000000000000000012.0000000000000000345',
  correlationid: 'from-the-client',
  causationid: MESSAGE.causationId,
  traceparent: MESSAGE.traceparent,
};
/** As the HTTP binding says: each header is decoded once. */
const decoded = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      name.startsWith('ce-') ? decodeURIComponent(value) : value,
    ]),
  );

describe('a message as a CloudEvent', () => {
  const event = cloudEventOf(MESSAGE);

  it('is read by the official SDK in structured mode', () => {
    const headers = { 'content-type': `${STRUCTURED}; charset=utf-8` };
    const read = HTTP.toEvent({ headers, body: JSON.stringify(event) }) as CloudEvent;
    expect(read.validate()).toBe(true);
    expect(read.toJSON()).toEqual({ ...ATTRIBUTES, time: '2026-01-02T03:04:05.678Z', data: MESSAGE.data });
  });

  it('is read by the official SDK in binary mode', () => {
    const headers = binaryHeadersOf(event);
    const read = HTTP.toEvent({ headers: decoded(headers), body: JSON.stringify(event.data) }) as CloudEvent;
    expect(read.validate()).toBe(true);
    expect(read.toJSON()).toEqual({ ...ATTRIBUTES, time: '2026-01-02T03:04:05.678Z', data: MESSAGE.data });
  });

  it('leaves out what a message has not, and what is of this platform alone', () => {
    const { causationid, traceparent, ...rest } = cloudEventOf({
      ...MESSAGE,
      causationId: undefined,
      traceparent: undefined,
    });
    expect([causationid, traceparent]).toEqual([undefined, undefined]);
    expect(Object.keys(rest).sort()).toEqual(
      [...Object.keys(ATTRIBUTES).filter((name) => !/^(causation|trace)/.test(name)), 'data', 'time'].sort(),
    );
  });

  it('has names as the specification wants them', () => {
    for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it('encodes in headers what the HTTP binding says, and nothing else', () => {
    expect(binaryHeadersOf(event)).toMatchObject({
      'Content-Type': 'application/json',
      'ce-subject': 'A/B%20%2250%20%25%22%20%C3%A9%20%F0%9F%98%80',
      'ce-type': 'orders.order-placed',
      'ce-dataschema': 'urn:seamline:orders.order-placed:v2',
    });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (subject) => {
        const value = binaryHeadersOf({ ...event, subject })['ce-subject'];
        expect(value).toMatch(/^[\x21-\x7e]*$/);
        expect(decodeURIComponent(value)).toBe(subject);
      }),
    );
  });

  it('has a sequence that sorts as text as messages do in their log', () => {
    const int = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    const bigint = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
    const place = fc.record({ generation: int, tick: bigint, seq: bigint });
    const parts = ({ generation, tick, seq }: Envelope['position']) => [BigInt(generation), tick, seq];
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [one, other].map((position) => cloudEventOf({ ...MESSAGE, position }).sequence);
        const at = parts(one).findIndex((part, index) => part !== parts(other)[index]);
        const before = at >= 0 && parts(one)[at] < parts(other)[at];
        expect(a < b).toBe(before);
      }),
    );
  });
});
