import { fingerprintOf } from './fingerprint';
import { idempotencyKey } from './idempotency';
import { expectedVersion } from './if-match';
import { decodeCursor, encodeCursor, pageOf } from './paging';
import { preferredWait } from './prefer-wait';

describe('Prefer: wait', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['wait=10', 10],
    ['respond-async, WAIT=5', 5],
    ['wait = "7"; foo=bar', 7],
    ['wait=0', 0],
    ['wait=3600', 60],
    ['wait=-1', undefined],
    ['wait=soon', undefined],
    ['waiting=1', undefined],
    ['wait=1, wait=2', 1],
  ])('%p is %p', (header, seconds) => expect(preferredWait(header)).toBe(seconds));
});

describe('If-Match', () => {
  it('takes a version in quotes, and nothing that is none', () => {
    expect(expectedVersion('"12"')).toBe(12);
    expect(expectedVersion(' * ')).toBeUndefined();
    for (const other of ['W/"12"', '"0"', '"01"', '""', '"9999999999999999"'])
      expect(() => expectedVersion(other)).toThrow(expect.objectContaining({ kind: 'precondition-failed' }));
    for (const malformed of ['12', '"1", "2"', ''])
      expect(() => expectedVersion(malformed)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('Cursors', () => {
  it('give back the sort key', () => {
    expect(decodeCursor(encodeCursor(['Ä/☃', 12, '']))).toEqual(['Ä/☃', 12, '']);
  });

  it.each([
    '',
    'x',
    '!!!',
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[null]').toString('base64url'),
    encodeCursor(['\0']),
    Buffer.from('[[1]]').toString('base64url'),
  ])('refuse %p', (cursor) =>
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({ status: 400, code: 'request.cursor-malformed' }),
    ),
  );

  it('lead on only where there is more', () => {
    const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];
    expect(pageOf(rows, 3, ({ id }) => [id])).toEqual({ items: rows });
    expect(pageOf(rows, 2, ({ id }) => [id])).toEqual({
      items: rows.slice(0, 2),
      nextCursor: encodeCursor([2]),
    });
    expect(pageOf([], 2, () => [])).toEqual({ items: [] });
  });
});

describe('Idempotency keys', () => {
  it('are 1 to 255 visible characters', () => {
    expect(idempotencyKey(undefined)).toBeUndefined();
    expect(idempotencyKey('x'.repeat(255))).toHaveLength(255);
    for (const malformed of ['', 'x'.repeat(256), 'a b', 'ä'])
      expect(() => idempotencyKey(malformed)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('have a fingerprint in which the order of fields does not count, but the order of elements does', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }));
    expect(fingerprintOf({ a: '1' })).not.toBe(fingerprintOf({ a: 1 }));
    expect(fingerprintOf(undefined)).toBe(fingerprintOf(undefined));
  });
});
