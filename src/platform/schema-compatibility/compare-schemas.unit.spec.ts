import Ajv from 'ajv/dist/2020';
import fc from 'fast-check';
import { compareSchemas, isCompatible, type Mode } from './compare-schemas';
import { type JsonSchema, SchemaError } from './json-schema';
import { retiredNames } from './retired-names';

const DRAFT: Readonly<Record<number, string>> = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

/** A change, and where it is seen. */
type Change = [name: string, older: JsonSchema, newer: JsonSchema, pointer?: string, draft?: number];

const text = { type: 'string' };
const whole = { type: 'integer' };
const object = (properties: object, more: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
});
const closed = { additionalProperties: false };

/** New readers refuse older messages; the other way round they are harmless unless `BOTH` names them. */
const BREAKING: Change[] = [
  ['a type changed', text, whole, '/type'],
  ['number narrowed to integer', { type: 'number' }, whole, '/type'],
  ['null taken out of a list of types', { type: ['string', 'null'] }, text, '/type'],
  ['a type added to what had none', {}, text, '/type'],
  [
    'null taken out in a list of lists',
    { items: { items: { type: ['string', 'null'] } } },
    { items: { items: text } },
    '/items/items/type',
  ],
  ['minLength added', text, { ...text, minLength: 1 }, '/minLength'],
  ['minLength increased', { ...text, minLength: 1 }, { ...text, minLength: 2 }, '/minLength'],
  ['maxLength added', text, { ...text, maxLength: 9 }, '/maxLength'],
  ['maxLength decreased', { ...text, maxLength: 9 }, { ...text, maxLength: 8 }, '/maxLength'],
  ['a pattern added', text, { ...text, pattern: '^a' }, '/pattern'],
  ['a pattern changed', { ...text, pattern: '^a' }, { ...text, pattern: '^b' }, '/pattern'],
  ['a format added', text, { ...text, format: 'date-time' }, '/format'],
  ['a format changed', { ...text, format: 'date' }, { ...text, format: 'date-time' }, '/format'],
  ['minimum added', whole, { ...whole, minimum: 0 }, '/minimum'],
  ['minimum increased', { ...whole, minimum: 0 }, { ...whole, minimum: 1 }, '/minimum'],
  ['maximum added', whole, { ...whole, maximum: 10 }, '/maximum'],
  ['maximum decreased', { ...whole, maximum: 10 }, { ...whole, maximum: 9 }, '/maximum'],
  [
    'a bound made exclusive',
    { type: 'number', minimum: 0 },
    { type: 'number', exclusiveMinimum: 0 },
    '/exclusiveMinimum',
  ],
  [
    'a bound made exclusive in draft 4',
    { minimum: 0, type: 'number' },
    { minimum: 0, exclusiveMinimum: true, type: 'number' },
    '/minimum',
    4,
  ],
  ['multipleOf added', whole, { ...whole, multipleOf: 5 }, '/multipleOf'],
  ['multipleOf expanded', { ...whole, multipleOf: 5 }, { ...whole, multipleOf: 10 }, '/multipleOf'],
  ['multipleOf changed', { ...whole, multipleOf: 5 }, { ...whole, multipleOf: 3 }, '/multipleOf'],
  ['an enum narrowed', { enum: ['a', 'b'] }, { enum: ['a'] }, '/enum'],
  ['a const changed', { const: 'a' }, { const: 'b' }, '/const', 6],
  ['an enum narrowed to a const', { enum: ['a', 'b'] }, { const: 'a' }, '/const', 6],
  ['an enum added', text, { ...text, enum: ['a'] }, '/enum'],
  [
    'values of an enum that a length excludes',
    { enum: ['a', 'abc'] },
    { type: 'string', maxLength: 2 },
    '/maxLength',
  ],
  [
    'a required property added',
    object({ a: text }),
    object({ a: text, b: text }, { required: ['b'] }),
    '/required/0',
  ],
  [
    'an optional property made required',
    object({ a: text }),
    object({ a: text }, { required: ['a'] }),
    '/required/0',
  ],
  [
    'a required property added to a closed model',
    object({ a: text }, closed),
    object({ a: text, b: text }, { required: ['b'], ...closed }),
    '/required/0',
  ],
  [
    'a property removed from a closed model',
    object({ a: text, b: text }, closed),
    object({ a: text }, closed),
    '/properties/b',
  ],
  ['the content model closed', object({ a: text }), object({ a: text }, closed), '/additionalProperties'],
  [
    'the content model closed in part',
    object({}),
    object({}, { additionalProperties: text }),
    '/additionalProperties',
  ],
  [
    'additional properties narrowed',
    object({}, { additionalProperties: { type: ['string', 'null'] } }),
    object({}, { additionalProperties: text }),
    '/additionalProperties/type',
  ],
  [
    'a property that a partially open model does not cover',
    object({}, { additionalProperties: whole }),
    object({ a: text }, { additionalProperties: whole }),
    '/properties/a',
  ],
  [
    'a property whose pattern does not cover it',
    object({}, { patternProperties: { '^s_': text }, ...closed }),
    object({ s_a: whole }, { patternProperties: { '^s_': text }, ...closed }),
    '/properties/s_a',
  ],
  [
    'a property removed and not covered by additionalProperties',
    object({ a: text }, { additionalProperties: whole }),
    object({}, { additionalProperties: whole }),
    '/properties/a',
  ],
  ['the type of a property changed', object({ a: text }), object({ a: whole }), '/properties/a/type'],
  [
    'a schema of patternProperties narrowed',
    object({}, { patternProperties: { '^s_': {} } }),
    object({}, { patternProperties: { '^s_': text } }),
    '/patternProperties/^s_/type',
  ],
  ['a property made false', object({ a: text }), object({ a: false }), '/properties/a', 6],
  ['minProperties added', object({}), object({}, { minProperties: 1 }), '/minProperties'],
  [
    'maxProperties decreased',
    object({}, { maxProperties: 3 }),
    object({}, { maxProperties: 2 }),
    '/maxProperties',
  ],
  ['propertyNames added', object({}), object({}, { propertyNames: { maxLength: 3 } }), '/propertyNames', 6],
  [
    'a dependency added',
    object({ a: text, b: text }),
    object({ a: text, b: text }, { dependencies: { a: ['b'] } }),
    '/dependencies/a',
  ],
  [
    'dependentRequired extended',
    object({ a: text }, { dependentRequired: { a: ['b'] } }),
    object({ a: text }, { dependentRequired: { a: ['b', 'c'] } }),
    '/dependentRequired/a',
    2019,
  ],
  [
    'a dependent schema added',
    object({ a: text }),
    object({ a: text }, { dependentSchemas: { a: { required: ['b'] } } }),
    '/dependentSchemas/a',
    2019,
  ],
  ['minItems increased', { type: 'array', minItems: 1 }, { type: 'array', minItems: 2 }, '/minItems'],
  ['maxItems added', { type: 'array' }, { type: 'array', maxItems: 2 }, '/maxItems'],
  ['uniqueItems added', { type: 'array' }, { type: 'array', uniqueItems: true }, '/uniqueItems'],
  ['items added', { type: 'array' }, { type: 'array', items: text }, '/items'],
  ['an item added to an open tuple', { items: [text] }, { items: [text, text] }, '/items/1', 7],
  [
    'an item added to an open tuple, as it is written now',
    { prefixItems: [text] },
    { prefixItems: [text, text] },
    '/prefixItems/1',
    2020,
  ],
  [
    'an item removed from a closed tuple',
    { items: [text, whole], additionalItems: false },
    { items: [text], additionalItems: false },
    '/items/1',
    7,
  ],
  [
    'an item removed from a closed tuple, as it is written now',
    { prefixItems: [text, whole], items: false },
    { prefixItems: [text], items: false },
    '/prefixItems/1',
    2020,
  ],
  ['a tuple closed', { items: [text] }, { items: [text], additionalItems: false }, '/additionalItems', 7],
  ['contains added', { type: 'array' }, { type: 'array', contains: text }, '/contains', 6],
  ['an alternative removed from anyOf', { anyOf: [text, whole] }, { anyOf: [text] }, '/anyOf/1'],
  ['an alternative removed from oneOf', { oneOf: [text, whole] }, { oneOf: [text] }, '/oneOf/1'],
  [
    'an alternative narrowed',
    { anyOf: [text, whole] },
    { anyOf: [text, { ...whole, minimum: 0 }] },
    '/anyOf/1/minimum',
  ],
  ['a union narrowed to one schema', { anyOf: [text, whole] }, text, '/type'],
  [
    'a condition added to allOf',
    { allOf: [text] },
    { allOf: [text, { maxLength: 3 }] },
    '/allOf/1/maxLength',
  ],
  [
    'anyOf made allOf',
    { anyOf: [{ minLength: 2 }, { maxLength: 9 }], ...text },
    { allOf: [{ minLength: 2 }, { maxLength: 9 }], ...text },
    '/allOf/0/minLength',
  ],
  [
    'anyOf made oneOf, with values that fit both',
    { anyOf: [{ minLength: 2 }, { maxLength: 9 }], ...text },
    { oneOf: [{ minLength: 2 }, { maxLength: 9 }], ...text },
    '/oneOf',
  ],
  [
    'an alternative of oneOf that takes in another',
    { oneOf: [whole] },
    { oneOf: [whole, { type: 'number' }] },
    '/oneOf/1',
  ],
  ['not added', text, { ...text, not: { enum: ['a'] } }, '/not'],
  ['not extended', { not: whole }, { not: { type: 'number' } }, '/not'],
  [
    'a definition narrowed that a reference leads to',
    object({ a: { $ref: '#/definitions/a' } }, { definitions: { a: text } }),
    object({ a: { $ref: '#/definitions/a' } }, { definitions: { a: { ...text, maxLength: 3 } } }),
    '/definitions/a/maxLength',
  ],
  [
    'a recursive definition narrowed',
    { $ref: '#/$defs/n', $defs: { n: object({ next: { $ref: '#/$defs/n' }, v: { type: 'number' } }) } },
    { $ref: '#/$defs/n', $defs: { n: object({ next: { $ref: '#/$defs/n' }, v: whole }) } },
    '/$defs/n/properties/v/type',
    2020,
  ],
  ['true made false', true, false, '', 6],
  ['an empty schema narrowed', {}, { not: {} }, '/not'],
  [
    'then narrowed',
    { if: whole, then: { minimum: 0 }, type: 'number' },
    { if: whole, then: { minimum: 1 }, type: 'number' },
    '/then/minimum',
    7,
  ],
  [
    'unevaluated properties refused',
    { allOf: [object({ a: text })] },
    { allOf: [object({ a: text })], unevaluatedProperties: false },
    '/unevaluatedProperties',
    2019,
  ],
];

const HARMLESS: Change[] = [
  ['integer widened to number', whole, { type: 'number' }],
  ['null added to the types', text, { type: ['string', 'null'] }],
  ['types in another order, or one in a list', { type: ['string'] }, text],
  ['a type removed', text, {}],
  ['minLength removed', { ...text, minLength: 2 }, text],
  ['minLength decreased', { ...text, minLength: 2 }, { ...text, minLength: 1 }],
  ['maxLength increased', { ...text, maxLength: 2 }, { ...text, maxLength: 3 }],
  ['a pattern removed', { ...text, pattern: '^a' }, text],
  ['a format removed', { ...text, format: 'date' }, text],
  ['a format widened', { ...text, format: 'uri' }, { ...text, format: 'uri-reference' }],
  ['minimum decreased', { ...whole, minimum: 1 }, { ...whole, minimum: 0 }],
  [
    'an exclusive bound of integers written as another',
    { ...whole, exclusiveMinimum: 0 },
    { ...whole, minimum: 1 },
    undefined,
    6,
  ],
  [
    'an exclusive bound made inclusive in draft 4',
    { type: 'number', maximum: 5, exclusiveMaximum: true },
    { type: 'number', maximum: 5 },
    undefined,
    4,
  ],
  ['multipleOf removed', { ...whole, multipleOf: 5 }, whole],
  ['multipleOf reduced', { ...whole, multipleOf: 10 }, { ...whole, multipleOf: 5 }],
  [
    'cents within tenths of cents',
    { type: 'number', multipleOf: 0.01 },
    { type: 'number', multipleOf: 0.001 },
  ],
  ['an enum extended', { enum: ['a'] }, { enum: ['a', 'b'] }],
  ['an enum in another order', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }],
  ['a const widened to an enum', { const: 'a' }, { enum: ['a', 'b'] }, undefined, 6],
  ['an enum of one value for a const', { const: 'a' }, { enum: ['a'] }, undefined, 6],
  ['an enum removed', { enum: ['a'] }, text],
  ['boolean for both of its values', { type: 'boolean' }, { enum: [false, true] }],
  ['an optional property added to an open model', object({ a: text }), object({ a: text, b: text })],
  [
    'an optional property added to a closed model',
    object({ a: text }, closed),
    object({ a: text, b: text }, closed),
  ],
  ['a property of any kind added to an open model', object({}), object({ a: {} })],
  [
    'a required property with a default added',
    object({}),
    object({ a: { ...text, default: 'x' } }, { required: ['a'] }),
  ],
  [
    'a required property with a default added to a closed model',
    object({}, closed),
    object({ a: { ...text, default: 'x' } }, { required: ['a'], ...closed }),
  ],
  ['a required property made optional', object({ a: text }, { required: ['a'] }), object({ a: text })],
  ['a property removed from an open model', object({ a: text, b: text }), object({ a: text })],
  [
    'a property that could not be written removed from a closed model',
    object({ a: false }, closed),
    object({}, closed),
    undefined,
    6,
  ],
  [
    'a property removed that additionalProperties cover',
    object({ a: text }, { additionalProperties: text }),
    object({}, { additionalProperties: text }),
  ],
  [
    'a property removed that a pattern covers',
    object({ s_a: text }, { patternProperties: { '^s_': text }, ...closed }),
    object({}, { patternProperties: { '^s_': text }, ...closed }),
  ],
  [
    'a property added that additionalProperties cover',
    object({}, { additionalProperties: text }),
    object({ a: text }, { additionalProperties: text }),
  ],
  [
    'a property added that a pattern covers',
    object({}, { patternProperties: { '^s_': text }, ...closed }),
    object({ s_a: { type: ['string', 'null'] } }, { patternProperties: { '^s_': text }, ...closed }),
  ],
  ['the content model opened', object({ a: text }, closed), object({ a: text })],
  [
    'additional properties widened',
    object({}, { additionalProperties: whole }),
    object({}, { additionalProperties: { type: 'number' } }),
  ],
  [
    'patterns beside one another',
    object({}, { patternProperties: { '^s_': text }, ...closed }),
    object({}, { patternProperties: { '^s_': text, '^i_': whole }, ...closed }),
  ],
  ['maxProperties removed', object({}, { maxProperties: 2 }), object({})],
  [
    'as many properties as are required',
    object({ a: text, b: text }, { required: ['a', 'b'] }),
    object({ a: text, b: text }, { required: ['a', 'b'], minProperties: 2 }),
  ],
  ['a dependency removed', object({ a: text }, { dependencies: { a: ['b'] } }), object({ a: text })],
  [
    'a dependency on what is required anyhow',
    object({ a: text, b: text }, { required: ['b'] }),
    object({ a: text, b: text }, { required: ['b'], dependencies: { a: ['b'] } }),
  ],
  [
    'dependencies written as dependentRequired',
    object({ a: text }, { dependencies: { a: ['b'] } }),
    object({ a: text }, { dependentRequired: { a: ['b'] } }),
    undefined,
    2019,
  ],
  ['minItems decreased', { type: 'array', minItems: 2 }, { type: 'array', minItems: 1 }],
  ['uniqueItems removed', { type: 'array', uniqueItems: true }, { type: 'array' }],
  ['items widened', { items: whole }, { items: { type: 'number' } }],
  [
    'an item added to a closed tuple',
    { items: [text], additionalItems: false },
    { items: [text, whole], additionalItems: false },
    undefined,
    7,
  ],
  ['an item removed from an open tuple', { items: [text, whole] }, { items: [text] }, undefined, 7],
  ['an item of any kind added to an open tuple', { items: [text] }, { items: [text, {}] }, undefined, 7],
  [
    'an item added that the others cover',
    { prefixItems: [text], items: whole },
    { prefixItems: [text, whole], items: whole },
    undefined,
    2020,
  ],
  ['an alternative added to anyOf', { anyOf: [text] }, { anyOf: [text, whole] }],
  ['an alternative added to oneOf', { oneOf: [text] }, { oneOf: [text, whole] }],
  ['alternatives in another order', { anyOf: [text, whole] }, { anyOf: [whole, text] }],
  ['a schema made one of several', text, { anyOf: [whole, text] }],
  ['a list of types written as anyOf', { type: ['string', 'null'] }, { anyOf: [{ type: 'null' }, text] }],
  ['anyOf written as a list of types', { anyOf: [{ type: 'null' }, text] }, { type: ['string', 'null'] }],
  ['oneOf made anyOf', { oneOf: [text, whole] }, { anyOf: [text, whole] }],
  ['anyOf made oneOf, where nothing fits both', { anyOf: [text, whole] }, { oneOf: [text, whole] }],
  ['allOf made anyOf', { allOf: [text, { maxLength: 3 }] }, { anyOf: [text, { maxLength: 3 }] }],
  ['a condition of allOf removed', { allOf: [text, { maxLength: 3 }] }, { allOf: [text] }],
  ['allOf merged into one schema', { allOf: [text, { maxLength: 3 }] }, { ...text, maxLength: 3 }],
  ['not removed', { not: whole }, {}],
  ['not narrowed', { not: { type: 'number' } }, { not: whole }],
  ['not of what could not be written', text, { ...text, not: whole }],
  [
    'a reference resolved in place',
    object({ a: { $ref: '#/definitions/a' } }, { definitions: { a: text } }),
    object({ a: text }),
  ],
  [
    'a definition renamed',
    object({ a: { $ref: '#/definitions/a' } }, { definitions: { a: text } }),
    object({ a: { $ref: '#/definitions/b' } }, { definitions: { b: text } }),
  ],
  [
    'definitions moved to $defs',
    object({ a: { $ref: '#/definitions/a' } }, { definitions: { a: text } }),
    object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: text } }),
    undefined,
    2019,
  ],
  [
    'an optional property added to a recursive definition',
    { $ref: '#/$defs/n', $defs: { n: object({ next: { $ref: '#/$defs/n' } }) } },
    { $ref: '#/$defs/n', $defs: { n: object({ next: { $ref: '#/$defs/n' }, v: text }) } },
    undefined,
    2020,
  ],
  [
    'titles, descriptions and defaults changed',
    { ...text, title: 'a', description: 'b', default: 'c' },
    { ...text, title: 'x', description: 'y', default: 'z' },
  ],
  ['an unknown keyword added', text, { ...text, 'x-personal-data': true }],
  ['true for an empty schema', {}, true, undefined, 6],
  ['anything instead of what it was', object({ a: text }, closed), {}],
  [
    'no constraint on types that were never written',
    text,
    { ...text, minimum: 5, minItems: 3, required: ['a'] },
  ],
];

/** The breaking ones that break older readers, too. */
const BOTH = new Set([
  'a type changed',
  'a pattern changed',
  'a format changed',
  'multipleOf changed',
  'a const changed',
  'the type of a property changed',
  'a property that a partially open model does not cover',
  'a required property added to a closed model',
  'a property removed and not covered by additionalProperties',
  'an alternative of oneOf that takes in another',
  'values of an enum that a length excludes',
]);

const of = (draft: number, schema: JsonSchema): JsonSchema =>
  typeof schema === 'boolean' ? schema : { $schema: DRAFT[draft], ...schema };
const breaks = (older: JsonSchema, newer: JsonSchema, mode: Mode) =>
  compareSchemas(older, newer, mode).filter(({ isIncompatible }) => isIncompatible);
const pointersOf = (older: JsonSchema, newer: JsonSchema, mode: Mode): string[] =>
  breaks(older, newer, mode).map(({ pointer }) => pointer);

describe('compareSchemas', () => {
  describe.each(Object.keys(DRAFT).map(Number))('draft %i', (draft) => {
    const usable = ([, , , , since]: Change): boolean => since === undefined || since === draft;
    it.each(BREAKING.filter(usable))('%s: breaks new readers', (name, older, newer, pointer) => {
      const [was, is] = [of(draft, older), of(draft, newer)];
      expect(pointersOf(was, is, 'backward')).toContain(pointer);
      expect(isCompatible(compareSchemas(was, is, 'full'))).toBe(false);
      expect({ forward: isCompatible(compareSchemas(was, is, 'forward')) }).toEqual({
        forward: !BOTH.has(name),
      });
      for (const { wayOut, breaks: broken } of breaks(was, is, 'backward')) {
        expect(wayOut).toBeDefined();
        expect(broken).toContain('backward');
      }
    });

    it.each(HARMLESS.filter(usable))('%s: harmless to new readers', (_name, older, newer) => {
      const [was, is] = [of(draft, older), of(draft, newer)];
      expect(pointersOf(was, is, 'backward')).toEqual([]);
      expect(pointersOf(is, was, 'forward')).toEqual([]);
    });
  });

  const every = [...BREAKING, ...HARMLESS];

  it.each(every)('%s: each version is fully compatible with itself', (_name, older, newer) => {
    for (const schema of [older, newer])
      expect(compareSchemas(schema, structuredClone(schema), 'full')).toEqual([]);
  });

  it.each(every)('%s: forward is backward the other way round', (_name, older, newer) => {
    const places = (differences: ReturnType<typeof breaks>, was: 'older' | 'newer', is: 'older' | 'newer') =>
      differences.map((one) => `${one[was]} ${one[is]}`).sort();
    expect(places(breaks(older, newer, 'forward'), 'older', 'newer')).toEqual(
      places(breaks(newer, older, 'backward'), 'newer', 'older'),
    );
  });

  describe('retired names', () => {
    const retired = new Set(['/properties/note']);
    const [without, withNote] = [object({ a: text }), object({ a: text, note: text })];

    it('break new readers when they are used anew, by pointer and by name', () => {
      expect(isCompatible(compareSchemas(without, withNote, 'full'))).toBe(true);
      for (const names of [retired, new Set(['note'])]) {
        const found = compareSchemas(without, withNote, 'full', { retired: names }).filter(
          (one) => one.isIncompatible,
        );
        expect(found).toEqual([
          expect.objectContaining({ pointer: '/properties/note', breaks: ['backward'] }),
        ]);
        expect(found[0].wayOut).toContain('a name that the contract never had');
      }
    });

    it('break nothing where the name is elsewhere, is kept, or goes', () => {
      const nested = object({ a: text, lines: { type: 'array', items: object({ note: text }) } });
      expect(isCompatible(compareSchemas(without, nested, 'full', { retired }))).toBe(true);
      expect(isCompatible(compareSchemas(withNote, withNote, 'full', { retired }))).toBe(true);
      expect(isCompatible(compareSchemas(withNote, without, 'full', { retired }))).toBe(true);
    });

    it('are those of earlier versions that the last one has no more', () => {
      const lines = object({ lines: { type: 'array', items: object({ sku: text }) } });
      expect(retiredNames([withNote, lines, without])).toEqual([
        '/properties/lines',
        '/properties/lines/items/properties/sku',
        '/properties/note',
      ]);
      expect(retiredNames([])).toEqual([]);
    });
  });

  describe('of large schemas', () => {
    const nested = (
      depth: number,
      inner: JsonSchema,
      wrap: (schema: JsonSchema) => JsonSchema,
    ): JsonSchema => {
      let schema = inner;
      for (let level = 0; level < depth; level += 1) schema = wrap(schema);
      return schema;
    };

    it.each<[string, number, (schema: JsonSchema) => JsonSchema]>([
      ['lists', 10_000, (items) => ({ items })],
      ['objects', 5_000, (a) => object({ a })],
      ['alternatives', 500, (a) => ({ anyOf: [{ type: 'null' }, object({ a }, { required: ['a'] })] })],
      ['conditions', 2_000, (schema) => ({ allOf: [schema] })],
      ['negations', 200, (not) => ({ not })],
    ])('goes to the bottom of nested %s', (_name, depth, wrap) => {
      const [older, newer] = [nested(depth, whole, wrap), nested(depth, { type: 'number' }, wrap)];
      expect(compareSchemas(older, nested(depth, whole, wrap), 'full')).toEqual([]);
      expect(isCompatible(compareSchemas(older, newer, 'backward'))).toBe(true);
      expect(breaks(older, newer, 'forward').length).toBeGreaterThan(0);
    });

    it('compares a megabyte of properties', () => {
      const properties = (type: string): object =>
        Object.fromEntries(
          Array.from({ length: 24_000 }, (_, index) => [`p${index}`, { type, maxLength: 40 }]),
        );
      const [older, newer] = [object(properties('string')), object({ ...properties('string'), p7: whole })];
      expect(JSON.stringify(older).length).toBeGreaterThan(900_000);
      expect(pointersOf(older, newer, 'backward')).toEqual(['/properties/p7/type']);
    });

    it('compares definitions that all refer to one another', () => {
      const entangled = (last: JsonSchema): JsonSchema => {
        const names = Array.from({ length: 60 }, (_, index) => `d${index}`);
        const refs = Object.fromEntries(names.map((name) => [name, { $ref: `#/definitions/${name}` }]));
        const definitions = Object.fromEntries(names.map((name) => [name, object({ ...refs, v: text })]));
        return {
          $ref: '#/definitions/d0',
          definitions: { ...definitions, d59: object({ ...refs, v: last }) },
        };
      };
      expect(pointersOf(entangled(text), entangled(whole), 'backward')).toEqual([
        '/definitions/d59/properties/v/type',
      ]);
      expect(pointersOf(entangled(text), entangled(text), 'full')).toEqual([]);
    });

    it('gives up on what is too entangled, and says so', () => {
      const [older, newer] = [object({ a: text, b: text }), object({ a: text, b: text, c: text })];
      const found = compareSchemas(older, newer, 'full', { maxComparisons: 2 });
      expect(isCompatible(found)).toBe(false);
      expect(found.flatMap(({ reasons }) => reasons).join()).toContain('was not compared to the end');
    });
  });

  it.each<[string, JsonSchema, string]>([
    [
      'a reference to another document',
      { $ref: 'https://example.com/a.json' },
      '/$ref refers to "https://example.com/a.json", which is outside of this document',
    ],
    [
      'a reference to nothing',
      object({ a: { $ref: '#/$defs/a' } }),
      '/properties/a/$ref refers to "#/$defs/a", where there is no schema',
    ],
    ['a number for a schema', object({ a: 5 }), '/properties/a is no schema but 5'],
    ['an unknown type', object({ a: { type: 'text' } }), '/properties/a/type is "text"'],
    ['required as a flag', object({ a: { ...text, required: true } }), '/properties/a/required'],
    ['a list of properties', { properties: [] }, '/properties is not an object of schemas'],
  ])('refuses %s, and says where', (_name, schema, message) => {
    expect(() => compareSchemas(schema, true, 'full')).toThrow(SchemaError);
    expect(() => compareSchemas(true, schema, 'full')).toThrow(message);
  });

  it('follows references by anchor, by $id and relative to it', () => {
    const schema = (inner: JsonSchema): JsonSchema => ({
      $id: 'https://example.com/order.json',
      properties: {
        a: { $ref: '#line' },
        b: { $ref: 'money.json' },
        c: { $ref: 'https://example.com/money.json#/properties/amount' },
      },
      $defs: {
        line: { $anchor: 'line', ...text },
        money: { $id: 'money.json', properties: { amount: inner } },
      },
    });
    expect(pointersOf(schema({ type: 'number' }), schema(whole), 'backward')).toEqual([
      '/$defs/money/properties/amount/type',
    ]);
  });

  it('ignores what stands beside a reference up to draft 7, and not later', () => {
    const schema = (draft: number, maxLength: number): JsonSchema =>
      of(draft, { properties: { a: { $ref: '#/definitions/a', maxLength } }, definitions: { a: text } });
    expect(pointersOf(schema(7, 9), schema(7, 3), 'full')).toEqual([]);
    expect(pointersOf(schema(2019, 9), schema(2019, 3), 'backward')).toEqual(['/properties/a/maxLength']);
  });

  describe('of schemas made at random', () => {
    const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
    const names = fc.constantFrom('a', 'b');
    const scalar = fc.oneof(
      fc.integer({ min: -2, max: 4 }),
      fc.constantFrom('', 'a', 'ab', 'abc'),
      fc.constantFrom(null, true, 0.5),
    );
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 2 }),
      ),
    })).value;
    const small = fc.integer({ min: 0, max: 3 });
    const { schema } = fc.letrec<{ schema: JsonSchema; list: JsonSchema[] }>((tie) => ({
      list: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
      schema: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<JsonSchema>(
          true,
          false,
          {},
          text,
          whole,
          { type: 'number' },
          { type: ['string', 'null'] },
          { type: 'boolean' },
        ),
        fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
        fc.record({ const: scalar }),
        fc.record(
          {
            type: fc.constantFrom('integer', 'number'),
            minimum: small,
            maximum: small,
            exclusiveMinimum: small,
            multipleOf: fc.constantFrom(1, 2, 0.5),
          },
          { requiredKeys: ['type'] },
        ),
        fc.record(
          {
            type: fc.constant('string'),
            minLength: small,
            maxLength: small,
            pattern: fc.constantFrom('^a', 'b'),
          },
          { requiredKeys: ['type'] },
        ),
        fc.record(
          {
            type: fc.constant('array'),
            prefixItems: tie('list'),
            items: tie('schema'),
            minItems: small,
            maxItems: small,
            uniqueItems: fc.boolean(),
          },
          { requiredKeys: ['type'] },
        ),
        fc.record(
          {
            type: fc.constant('object'),
            properties: fc.record({ a: tie('schema'), b: tie('schema') }),
            patternProperties: fc.dictionary(fc.constantFrom('^a', '^b', 'a|b'), tie('schema'), {
              maxKeys: 2,
            }),
            additionalProperties: tie('schema'),
            required: fc.uniqueArray(names, { maxLength: 2 }),
            minProperties: small,
            maxProperties: small,
            dependentRequired: fc.constantFrom({ a: ['b'] }, { b: ['a'] }),
          },
          { requiredKeys: ['type', 'properties'] },
        ),
        fc.record({ anyOf: tie('list') }),
        fc.constantFrom<JsonSchema>(
          { oneOf: [text, whole] },
          { oneOf: [{ enum: ['a', 1] }, { type: 'null' }] },
        ),
        fc.record({ allOf: tie('list') }),
        fc.record({ not: tie('schema') }),
        fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }, { requiredKeys: ['if'] }),
      ),
    }));

    it('are fully compatible with themselves', () => {
      fc.assert(
        fc.property(schema, (one) => {
          expect(compareSchemas(one, structuredClone(one), 'full')).toEqual([]);
        }),
        { numRuns: 200, seed: 1 },
      );
    });

    it('let a new reader read whatever fits the older one, if they are said to', () => {
      fc.assert(
        fc.property(
          schema,
          schema,
          fc.array(value, { minLength: 20, maxLength: 20 }),
          (older, newer, values) => {
            if (!isCompatible(compareSchemas(older, newer, 'backward'))) return;
            const [was, is] = [ajv.compile(older), ajv.compile(newer)];
            expect(values.filter((one) => was(one) && !is(one))).toEqual([]);
          },
        ),
        { numRuns: 200, seed: 1 },
      );
    });
  });
});
