import { fromJsonValue, toJsonValue } from './json-value';

const sent = (value: unknown): unknown => fromJsonValue(JSON.parse(JSON.stringify(toJsonValue(value))));

class View {
  constructor(
    readonly name: string,
    readonly at: Date,
  ) {}
}

describe('a value on the wire', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'é'],
    ['a number', -1.5],
    ['a list', [1, [true, null]]],
    ['an object', { a: { b: [{ c: 'd' }] } }],
    ['a date', new Date('2026-01-02T03:04:05.678Z')],
    [
      'dates inside',
      { at: new Date(1), list: [{ at: new Date(2), none: null }], text: '2026-01-02T03:04:05.678Z' },
    ],
  ])('arrives as it was sent: %s', (_what, value) => {
    expect(sent(value)).toEqual(value);
  });

  it('is the data of an instance', () => {
    expect(sent(new View('a', new Date(3)))).toEqual({ name: 'a', at: new Date(3) });
  });

  it('says nothing of dates where there are none', () => {
    expect(JSON.stringify(toJsonValue({ a: 1 }))).toBe('{"json":{"a":1}}');
  });

  it.each([
    ['a bigint', { total: 1n }, '"total" of the result is the bigint 1.'],
    ['no number', { lines: [{ price: Number.NaN }] }, '"lines.0.price" of the result is the number NaN.'],
    ['no date', { at: new Date(Number.NaN) }, '"at" of the result is a Date.'],
    ['a map', new Map(), 'The result is a Map.'],
    ['bytes', { key: Buffer.from('a') }, '"key" of the result is a Buffer.'],
    ['a function', { call: () => 1 }, '"call" of the result is the function'],
  ])('is refused when it would arrive as something else: %s', (_what, value, problem) => {
    expect(() => toJsonValue(value)).toThrow(problem);
    expect(() => toJsonValue(value)).toThrow(/a bigint as text/);
  });
});
