import { brokenVersions, type VersionSchema } from './check-versions';

const schema = (properties: object): VersionSchema['schema'] => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const version = (number: number, properties: object, isAnswer = false): VersionSchema => ({
  contract: 'orders.order-placed',
  version: number,
  isAnswer,
  schema: schema(properties),
});
const text = { type: 'string' };

describe('brokenVersions', () => {
  const published = [version(1, { a: text }), version(2, { a: text, b: text })];

  it('lets versions come, and those that are published stay as they are', () => {
    expect(brokenVersions(published, [...published, version(3, { c: text })])).toEqual([]);
  });

  it('finds an older version that was changed, not only the last one', () => {
    expect(brokenVersions(published, [version(1, { a: { type: 'integer' } }), published[1]])).toEqual([
      expect.objectContaining({ contract: 'orders.order-placed', version: 1, gone: false }),
    ]);
  });

  it('finds a version that is gone, and an answer', () => {
    expect(brokenVersions([...published, version(2, { ok: text }, true)], published.slice(1))).toEqual([
      expect.objectContaining({ version: 1, gone: true }),
      expect.objectContaining({ version: 2, isAnswer: true, gone: true }),
    ]);
  });

  it('is as strict as the contract asks for, and full by default', () => {
    const wider = [version(1, { a: text, c: text }), published[1]];
    expect(brokenVersions(published, wider)).toHaveLength(1);
    expect(brokenVersions(published, wider, () => 'backward')).toEqual([]);
  });
});
