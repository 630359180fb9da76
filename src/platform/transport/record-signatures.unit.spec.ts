import { headers } from '@nats-io/transport-node';
import { decodeRecord, encodeRecord, type LogRecord, type WireMessage } from './log-record';
import { ModuleKeys, signingKeyFrom, verifyingKeyOf } from './module-keys';
import { RecordVerifier, SIGNATURE, signRecords } from './record-signatures';

const keys = ModuleKeys.derivedFrom('a secret of this test');
const at = (seq: number) => ({ generation: 1, tick: 7n, seq: BigInt(seq) });
const recordOf = (seq: number): LogRecord => ({
  position: at(seq),
  after: at(seq - 1),
  through: at(seq),
  identity: 'the-log',
  message: {
    id: `m-${seq}`,
    type: 'orders.order-placed',
    version: 1,
    source: 'orders',
    kind: 'event',
    subject: `o-${seq}`,
    position: at(seq),
    aggregateType: 'order',
    keyVersion: 1,
    lane: 17,
    time: new Date(0),
    correlationId: 'c',
    data: { seq },
  },
});
const signed = (count: number): Required<WireMessage>[] => {
  const records = Array.from({ length: count }, (_, index) => encodeRecord('orders', recordOf(index + 1)));
  signRecords(keys, 'orders', records);
  return records;
};
/** With other headers, as they stand on the wire. */
const changed = (
  message: Required<WireMessage>,
  change: (attributes: WireMessage['headers'] & object) => void,
): WireMessage => {
  const copy = headers();
  for (const [name, values] of message.headers) for (const value of values) copy.append(name, value);
  change(copy);
  return { ...message, headers: copy };
};

describe('signed records', () => {
  const verifier = new RecordVerifier(keys);
  const accepts = (message: WireMessage, module = 'orders') => verifier.accepts(module, message);

  it.each([1, 2, 3, 31, 32, 33, 100])(
    'are accepted one by one, of %i that were signed together, and say what they said',
    (count) => {
      const records = signed(count);
      expect(records.map((record) => accepts(record))).toEqual(records.map(() => true));
      expect(records.map((record) => decodeRecord(record))).toEqual(
        records.map((_, index) => recordOf(index + 1)),
      );
    },
  );

  it('are not accepted when anything of them is changed', () => {
    const [record, other] = signed(5);
    const fakes: Record<string, WireMessage> = {
      'another subject': { ...record, subject: 'seamline.log.orders.18' },
      'another payload': { ...record, data: other.data },
      'another signature': changed(record, (attributes) =>
        attributes.set(SIGNATURE, other.headers.get(SIGNATURE)),
      ),
      'no signature': changed(record, (attributes) => attributes.delete(SIGNATURE)),
      'a signature of nothing': changed(record, (attributes) => attributes.set(SIGNATURE, '0..')),
      'another attribute more': changed(record, (attributes) => attributes.append('ce-rules', 'x')),
      'an attribute twice': changed(record, (attributes) => attributes.append('ce-position', '9.9.9')),
    };
    for (const name of [
      'position',
      'after',
      'through',
      'logidentity',
      'id',
      'type',
      'subject',
      'time',
      'dataversion',
      'kind',
      'lane',
    ]) {
      fakes[name] = changed(record, (attributes) => attributes.set(`ce-${name}`, '8.8.8'));
      fakes[`no ${name}`] = changed(record, (attributes) => attributes.delete(`ce-${name}`));
    }
    for (const [index, length] of [
      ['1', 0],
      ['0', 32],
      ['31', 0],
    ] as const) {
      const [, way, signature] = record.headers.get(SIGNATURE).split('.');
      const shorter = Buffer.from(way, 'base64url').subarray(length).toString('base64url');
      fakes[`place ${index}, ${length} bytes less`] = changed(record, (attributes) =>
        attributes.set(SIGNATURE, `${index}.${shorter}.${signature}`),
      );
    }
    expect(Object.keys(fakes).filter((name) => accepts(fakes[name]))).toEqual([]);
    // What others add on the way is not ours to judge.
    expect(accepts(changed(record, (attributes) => attributes.set('Nats-Msg-Id', 'x')))).toBe(true);
  });

  it('are those of one module', () => {
    const [record] = signed(1);
    expect(accepts(record, 'payments')).toBe(false);
    const forged = encodeRecord('orders', recordOf(1));
    signRecords(keys, 'payments', [forged]);
    expect(accepts(forged)).toBe(false);
  });

  it('are checked by those who cannot sign', () => {
    const seed = signingKeyFrom('a secret of this test', 'orders');
    const reader = ModuleKeys.of({
      signing: new Map(),
      verifying: new Map([['orders', verifyingKeyOf(seed)]]),
    });
    expect(new RecordVerifier(reader).accepts('orders', signed(3)[2])).toBe(true);
    expect(() => reader.sign('orders', 'log', 'x')).toThrow('no key to sign for the module "orders"');
    expect(verifyingKeyOf(seed).equals(seed)).toBe(false);
  });
});
