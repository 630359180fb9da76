import type { Envelope } from '../messages/envelope';
import { decodeRecord, encodeRecord, type LogRecord } from './log-record';

const position = { generation: 2, tick: 9_007_199_254_740_993n, seq: 7n };
const message: Envelope = {
  id: '0190a0e0-0000-7000-8000-000000000001',
  type: 'orders.order-placed',
  version: 3,
  source: 'orders',
  kind: 'event',
  subject: 'Käse 100 %\r\n"x"',
  aggregateType: 'order',
  keyVersion: 12,
  lane: 255,
  time: new Date('2026-01-02T03:04:05.678Z'),
  correlationId: 'c',
  causationId: undefined,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  rules: 'r1',
  readableSince: 2,
  data: { text: 'ÄÖ\u0000\n', amount: 12.5, none: null },
  position,
};

describe('A record of a log', () => {
  it('comes back from the wire as it was', () => {
    const record: LogRecord = {
      position,
      after: { ...position, seq: 1n },
      through: { ...position, tick: position.tick + 1n, seq: 0n },
      message,
    };
    const wire = encodeRecord('orders', record);
    expect(wire.subject).toBe('seamline.log.orders.255');
    expect(decodeRecord(wire)).toEqual(record);
  });

  it.each([undefined, '', '0190a0e0-0000-7000-8000-000000000002'])(
    'says which log it is of, and which one that follows: %s',
    (follows) => {
      const identity = '0190a0e0-0000-7000-8000-000000000003';
      const record: LogRecord = { position, after: position, through: position, message, identity, follows };
      const wire = encodeRecord('orders', record);
      expect(wire.headers.get('ce-logidentity')).toBe(identity);
      expect(decodeRecord(wire)).toEqual(record);
    },
  );

  it('may hold no message and only say where the log ends', () => {
    const record: LogRecord = { position, after: position, through: position };
    expect(decodeRecord(encodeRecord('orders', record))).toEqual(record);
  });

  it('is refused when no relay has written it', () => {
    const wire = encodeRecord('orders', { position, after: position, through: position, message });
    wire.headers.delete('ce-id');
    expect(() => decodeRecord(wire)).toThrow('seamline.log.orders.255 has no header ce-id');
  });

  it('is refused where its data or an attribute is no UTF-8, so that nothing is read that was not written', () => {
    const wire = encodeRecord('orders', { position, after: position, through: position, message });
    const broken = Buffer.from('{"text":"Zo\xeb"}', 'latin1');
    expect(() => decodeRecord({ ...wire, data: broken })).toThrow(
      'seamline.log.orders.255 holds bytes that are no UTF-8',
    );
    // What the broker's client makes of such bytes in a header.
    wire.headers.set('ce-subject', 'Zo\ufffd');
    expect(() => decodeRecord(wire)).toThrow('has a header ce-subject that no relay of Seamline has written');
  });
});
