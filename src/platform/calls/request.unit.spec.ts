import { callsTo, type CallRequest, fromHeaders, livenessSubjectOf, subjectOf, toHeaders } from './request';

const request: CallRequest = {
  id: '0199f2f0-0000-7000-8000-000000000001',
  version: 2,
  timeoutMs: 1_500,
  context: {
    correlationId: 'c-1',
    causationId: 'm-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
};
const read = (headers: [string, string][]) => fromHeaders((name) => new Map(headers).get(name));

describe('a call on the wire', () => {
  it('arrives as it was sent', () => {
    expect(read(toHeaders(request))).toEqual(request);
  });

  it('leaves out what there is not', () => {
    const plain = { ...request, context: { correlationId: 'c-2' } };
    expect(toHeaders(plain)).toHaveLength(4);
    expect(read(toHeaders(plain))).toEqual(plain);
    const readable = { ...plain, readableSince: 1 };
    expect(toHeaders(readable)).toHaveLength(5);
    expect(read(toHeaders(readable))).toEqual(readable);
  });

  it('gives whole milliseconds, and at least one of them', () => {
    expect(read(toHeaders({ ...request, timeoutMs: 0.25 }))?.timeoutMs).toBe(1);
  });

  it.each<[string, [string, string][]]>([
    ['nothing', []],
    ['no version that can read it', [...toHeaders(request), ['Seamline-Readable-Since', '0']]],
    ['no version', toHeaders(request).filter(([name]) => !name.includes('Version'))],
    [
      'a version in words',
      toHeaders(request).map(
        ([name, value]) => [name, name.includes('Version') ? 'two' : value] as [string, string],
      ),
    ],
    [
      'bytes that are no UTF-8',
      toHeaders(request).map(
        ([name, value]) => [name, name.includes('Correlation') ? 'Zo\ufffd' : value] as [string, string],
      ),
    ],
    ['no id', toHeaders(request).filter(([name]) => !name.includes('Call-Id'))],
  ])('is none with %s', (_what, headers) => {
    expect(read(headers)).toBeUndefined();
  });

  it('has a subject for each contract, below that of its module', () => {
    expect(subjectOf({ name: 'orders.place-order' })).toBe('seamline.call.orders.place-order');
    expect(callsTo('orders')).toBe('seamline.call.orders.*');
    expect(livenessSubjectOf('orders')).toBe('seamline.call.orders._presence');
  });
});
