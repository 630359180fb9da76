import { canonical } from './canonical';
import { isObject, SchemaError } from './json-schema';
import type { Location, SchemaDocument } from './schema-document';

/** Sets of types as bits; `number` is both of the last two. */
export const TYPES = {
  null: 1,
  boolean: 2,
  string: 4,
  array: 8,
  object: 16,
  integer: 32,
  fraction: 64,
} as const;
export const NUMERIC = TYPES.integer | TYPES.fraction;
export const ANY_TYPE = 127;

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
  readonly at: Location;
}

export type Count = 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties';
const COUNTS: readonly Count[] = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];

/** The values of a `const` or an `enum`. */
export class ListedValues {
  private texts?: ReadonlySet<string>;

  constructor(
    readonly list: readonly unknown[],
    readonly at: Location,
  ) {}

  has(value: unknown): boolean {
    this.texts ??= new Set(this.list.map(canonical));
    return this.texts.has(canonical(value));
  }
}

/** What a schema itself says, whatever its draft; its combinations are `Atom`s of their own. */
export interface Constraints {
  readonly at: Location;
  readonly never: boolean;
  readonly types: number;
  readonly values?: ListedValues;
  readonly minimum: readonly Bound[];
  readonly maximum: readonly Bound[];
  readonly multipleOf?: number;
  readonly counts: ReadonlyMap<Count, number>;
  readonly pattern?: string;
  readonly format?: string;
  readonly uniqueItems: boolean;
  readonly prefix: readonly Location[];
  /** Positions that other schemas at the same place describe. */
  readonly evaluatedItems: number;
  readonly rest?: Location;
  readonly contains?: Location;
  readonly minContains: number;
  readonly maxContains: number;
  readonly properties: ReadonlyMap<string, Location>;
  readonly patterns: ReadonlyMap<string, Location>;
  /** Names and patterns that other schemas at the same place describe. */
  readonly evaluated: { readonly names: ReadonlySet<string>; readonly patterns: readonly string[] };
  readonly additional?: Location;
  readonly propertyNames?: Location;
  readonly required: ReadonlyMap<string, Location>;
  readonly dependentRequired: ReadonlyMap<string, { list: readonly string[]; at: Location }>;
  readonly dependentSchemas: ReadonlyMap<string, Location>;
  readonly hasDefault: boolean;
}

/** One of the conditions that a schema is the sum of. */
export type Atom =
  | { readonly id: number; readonly kind: 'plain'; readonly is: Constraints }
  | {
      readonly id: number;
      readonly kind: 'union';
      readonly at: Location;
      readonly exactlyOne: boolean;
      readonly members: readonly Location[];
    }
  | { readonly id: number; readonly kind: 'not'; readonly at: Location }
  | {
      readonly id: number;
      readonly kind: 'if';
      readonly at: Location;
      readonly then?: Location;
      readonly otherwise?: Location;
    };

const atoms = new WeakMap<Location, readonly Atom[]>();

/** The conditions of a schema with those that it refers to and those of its `allOf`. */
export function atomsOf(root: Location): readonly Atom[] {
  const known = atoms.get(root);
  if (known) return known;
  const found: Atom[] = [];
  const seen = new Set<Location>();
  const waiting = [root];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    found.push(...ownAtoms(at));
    waiting.push(...inPlace(at).reverse());
  }
  atoms.set(root, found);
  return found;
}

/** Draft 7 and before: everything beside a `$ref` is ignored. */
export const hidesSiblings = (at: Location): boolean =>
  at.document.draft <= 7 && typeof at.child('$ref')?.value === 'string';

/** The schemas that hold for the same value as the one at this place. */
function inPlace(at: Location): Location[] {
  const targets = ['$ref', '$recursiveRef', '$dynamicRef'].flatMap((keyword) => {
    const reference = at.child(keyword);
    return typeof reference?.value === 'string' ? at.document.target(reference) : [];
  });
  return hidesSiblings(at) ? targets : [...targets, ...listOf(at, 'allOf')];
}

const own = new WeakMap<Location, readonly Atom[]>();

function ownAtoms(at: Location): readonly Atom[] {
  const known = own.get(at);
  if (known) return known;
  const made: Atom[] = [];
  const is = constraintsOf(at);
  if (says(is)) made.push({ id: at.id, kind: 'plain', is });
  if (!hidesSiblings(at)) {
    for (const keyword of ['anyOf', 'oneOf']) {
      const place = at.child(keyword);
      if (place)
        made.push({
          id: place.id,
          kind: 'union',
          at: place,
          exactlyOne: keyword === 'oneOf',
          members: listOf(at, keyword),
        });
    }
    // Negative, as the schema at the same place has conditions of its own.
    const not = at.child('not');
    if (not) made.push({ id: -not.id, kind: 'not', at: not });
    const condition = at.child('if');
    const [then, otherwise] = [at.child('then'), at.child('else')];
    if (condition && (then || otherwise))
      made.push({ id: -condition.id, kind: 'if', at: condition, then, otherwise });
  }
  own.set(at, made);
  return made;
}

function says(is: Constraints): boolean {
  return (
    is.never ||
    is.hasDefault ||
    is.types !== ANY_TYPE ||
    is.uniqueItems ||
    [
      is.values,
      is.multipleOf,
      is.pattern,
      is.format,
      is.rest,
      is.contains,
      is.additional,
      is.propertyNames,
    ].some((part) => part !== undefined) ||
    is.minimum.length + is.maximum.length + is.prefix.length + is.counts.size > 0 ||
    [is.properties, is.patterns, is.required, is.dependentRequired, is.dependentSchemas].some(
      (part) => part.size > 0,
    )
  );
}

export const listOf = (at: Location, keyword: string): Location[] =>
  at
    .child(keyword)
    ?.all()
    .map(([, schema]) => schema) ?? [];

/** What the schema at a place says without its combinations. */
export function constraintsOf(at: Location): Constraints {
  const known = constraints.get(at);
  if (known) return known;
  const made = read(at);
  constraints.set(at, made);
  return made;
}

const constraints = new WeakMap<Location, Constraints>();

/** Throws `SchemaError` for the first keyword of a document that JSON Schema does not know so. */
export function checkKeywords(document: SchemaDocument): void {
  for (const at of document.schemas) constraintsOf(at);
}

function read(at: Location): Constraints {
  if (!isObject(at.value) || hidesSiblings(at)) {
    const annotated = isObject(at.value) && 'default' in at.value;
    return { ...nothing(at), never: at.value === false, hasDefault: annotated };
  }
  const dependencies = at.child('dependencies')?.all() ?? [];
  const lists = [...dependencies, ...(at.child('dependentRequired')?.all() ?? [])].filter(([, place]) =>
    Array.isArray(place.value),
  );
  const evaluatedElsewhere = evaluatedBeside(at);
  const { additional, evaluated } = additionalOf(at, evaluatedElsewhere);
  return {
    at,
    never: false,
    types: typesOf(at),
    values: valuesOf(at),
    ...boundsOf(at),
    multipleOf: numberOf(at, 'multipleOf'),
    counts: new Map(
      COUNTS.flatMap((count) => {
        const value = numberOf(at, count);
        return value === undefined ? [] : [[count, value] as const];
      }),
    ),
    pattern: textOf(at, 'pattern'),
    format: textOf(at, 'format'),
    uniqueItems: at.value.uniqueItems === true,
    ...itemsOf(at, evaluatedElsewhere),
    contains: at.child('contains'),
    minContains: numberOf(at, 'minContains') ?? 1,
    maxContains: numberOf(at, 'maxContains') ?? Infinity,
    properties: new Map(at.child('properties')?.all()),
    patterns: new Map(at.child('patternProperties')?.all()),
    evaluated,
    additional,
    propertyNames: at.child('propertyNames'),
    required: namesOf(at),
    dependentRequired: new Map(lists.map(([name, place]) => [name, { list: namesIn(place), at: place }])),
    dependentSchemas: new Map([
      ...dependencies.filter(([, place]) => !Array.isArray(place.value)),
      ...(at.child('dependentSchemas')?.all() ?? []),
    ]),
    hasDefault: 'default' in at.value,
  };
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

const nothing = (at: Location): Constraints => ({
  at,
  never: false,
  types: ANY_TYPE,
  minimum: [],
  maximum: [],
  counts: new Map(),
  uniqueItems: false,
  prefix: [],
  evaluatedItems: 0,
  minContains: 1,
  maxContains: Infinity,
  properties: NONE,
  patterns: NONE,
  evaluated: { names: new Set(), patterns: [] },
  required: NONE,
  dependentRequired: NONE,
  dependentSchemas: NONE,
  hasDefault: false,
});

function wanted<T>(at: Location, value: unknown, what: string, is: (value: unknown) => boolean): T {
  if (is(value)) return value as T;
  throw new SchemaError(
    at.pointer,
    `is ${JSON.stringify(value)?.slice(0, 60)}`,
    `JSON Schema wants ${what} there`,
  );
}

const namesIn = (place: Location): string[] => place.all().map(([, { value }]) => String(value));

function namesOf(at: Location): Constraints['required'] {
  const place = at.child('required');
  if (!place) return NONE;
  wanted(place, place.value, 'a list of names', Array.isArray);
  return new Map(
    place
      .all()
      .map(([, name]) => [
        wanted<string>(name, name.value, 'a name', (value) => typeof value === 'string'),
        name,
      ]),
  );
}

function numberOf(at: Location, keyword: string): number | undefined {
  const place = at.child(keyword);
  return place && wanted<number>(place, place.value, 'a number', (value) => typeof value === 'number');
}

function textOf(at: Location, keyword: string): string | undefined {
  const place = at.child(keyword);
  return place && wanted<string>(place, place.value, 'a text', (value) => typeof value === 'string');
}

function typesOf(at: Location): number {
  const place = at.child('type');
  if (!place) return ANY_TYPE;
  const names: unknown[] = Array.isArray(place.value) ? place.value : [place.value];
  return names.reduce<number>((all, name) => {
    if (name === 'number') return all | NUMERIC;
    const known = name !== 'fraction' && Object.hasOwn(TYPES, String(name));
    const what = 'null, boolean, string, array, object, integer or number';
    return all | TYPES[wanted<keyof typeof TYPES>(place, name, what, () => known)];
  }, 0);
}

function valuesOf(at: Location): Constraints['values'] {
  const one = at.child('const');
  if (one) return new ListedValues([one.value], one);
  const several = at.child('enum');
  if (!several) return undefined;
  return new ListedValues(
    wanted<unknown[]>(several, several.value, 'a list of values', Array.isArray),
    several,
  );
}

/** In draft 4 the exclusive bounds are flags beside the others; later they are numbers. */
function boundsOf(at: Location): { minimum: Bound[]; maximum: Bound[] } {
  const read = (keyword: string, exclusiveKeyword: string): Bound[] => {
    const [plain, exclusive] = [at.child(keyword), at.child(exclusiveKeyword)];
    const bounds: Bound[] = [];
    const flag = typeof exclusive?.value === 'boolean' && exclusive.value;
    const value = numberOf(at, keyword);
    if (plain && value !== undefined) bounds.push({ value, exclusive: flag, at: plain });
    if (exclusive && typeof exclusive.value !== 'boolean')
      bounds.push({ value: numberOf(at, exclusiveKeyword)!, exclusive: true, at: exclusive });
    return bounds;
  };
  return {
    minimum: read('minimum', 'exclusiveMinimum'),
    maximum: read('maximum', 'exclusiveMaximum'),
  };
}

function itemsOf(
  at: Location,
  beside: EvaluatedBeside | undefined,
): Pick<Constraints, 'prefix' | 'rest' | 'evaluatedItems'> {
  const items = at.child('items');
  const isTuple = Array.isArray(items?.value);
  const prefix = isTuple ? listOf(at, 'items') : listOf(at, 'prefixItems');
  const rest = isTuple ? at.child('additionalItems') : items;
  if (rest) return { prefix, rest, evaluatedItems: 0 };
  if (beside && !beside.allItems)
    return { prefix, rest: at.child('unevaluatedItems'), evaluatedItems: beside.items };
  return { prefix, evaluatedItems: 0 };
}

function additionalOf(
  at: Location,
  beside: EvaluatedBeside | undefined,
): Pick<Constraints, 'additional' | 'evaluated'> {
  const additional = at.child('additionalProperties');
  if (additional ?? (!beside || beside.allProperties))
    return { additional: additional, evaluated: { names: new Set(), patterns: [] } };
  return { additional: at.child('unevaluatedProperties'), evaluated: beside };
}

interface EvaluatedBeside {
  names: Set<string>;
  patterns: string[];
  items: number;
  allProperties: boolean;
  allItems: boolean;
}

/** What `unevaluatedProperties` and `unevaluatedItems` pass over: what others at the place describe. */
function evaluatedBeside(at: Location): EvaluatedBeside | undefined {
  if (!at.child('unevaluatedProperties') && !at.child('unevaluatedItems')) return undefined;
  const all: EvaluatedBeside = {
    names: new Set(),
    patterns: [],
    items: 0,
    allProperties: false,
    allItems: false,
  };
  const seen = new Set<Location>([at]);
  const waiting = besides(at);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const [name] of next.child('properties')?.all() ?? []) all.names.add(name);
    for (const [pattern] of next.child('patternProperties')?.all() ?? []) all.patterns.push(pattern);
    const items = next.child('items');
    all.items = Math.max(
      all.items,
      listOf(next, Array.isArray(items?.value) ? 'items' : 'prefixItems').length,
    );
    if (next.child('additionalProperties') ?? next.child('unevaluatedProperties')) all.allProperties = true;
    if ((items && !Array.isArray(items.value)) || next.child('additionalItems')) all.allItems = true;
    waiting.push(...besides(next));
  }
  return all;
}

const besides = (at: Location): Location[] => [
  ...inPlace(at),
  ...['anyOf', 'oneOf'].flatMap((keyword) => listOf(at, keyword)),
  ...['if', 'then', 'else'].flatMap((keyword) => at.child(keyword) ?? []),
  ...listOf(at, 'dependentSchemas'),
];
