import { isObject, isSchema, type JsonSchema, SchemaError } from './json-schema';

export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** A place in a schema's JSON, known by its way from the root. */
export class Location {
  private static last = 0;
  readonly id = (Location.last += 1);
  private readonly children = new Map<string, Location>();

  constructor(
    readonly document: SchemaDocument,
    readonly value: unknown,
    readonly parent?: Location,
    readonly segment = '',
  ) {}

  child(segment: string): Location | undefined {
    const known = this.children.get(segment);
    if (known) return known;
    const { value } = this;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(segment)) return undefined;
    const made = new Location(this.document, (value as Record<string, unknown>)[segment], this, segment);
    this.children.set(segment, made);
    return made;
  }

  /** The places of an object's values or a list's items, in order. */
  all(): [string, Location][] {
    return Object.keys(this.value ?? {}).map((segment) => [segment, this.child(segment)!]);
  }

  /** RFC 6901; made when asked for, as it is as long as the place is deep. */
  get pointer(): string {
    const segments: string[] = [];
    const note = ({ segment, parent }: Location): Location | undefined => {
      if (parent) segments.push(`/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      return parent;
    };
    for (let at = note(this); at; at = note(at));
    return segments.reverse().join('');
  }
}

const DRAFTS: readonly [RegExp, Draft][] = [
  [/draft-0?4\//, 4],
  [/draft-0?6\//, 6],
  [/draft-0?7\//, 7],
  [/2019-09\//, 2019],
];

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const LIST = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const NAMED = ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'];

const NOWHERE = 'schema:/';

/** One schema with its references resolved. Throws `SchemaError` for what is no schema or lies elsewhere. */
export class SchemaDocument {
  readonly root: Location;
  readonly draft: Draft;
  /** All schemas of the document, definitions included. */
  readonly schemas: Location[] = [];
  private readonly resources = new Map<string, Location>();
  private readonly bases = new Map<Location, string>();
  private readonly targets = new Map<Location, Location>();

  constructor(
    schema: JsonSchema,
    readonly side: 'older' | 'newer',
  ) {
    const declared = isObject(schema) && typeof schema.$schema === 'string' ? schema.$schema : '';
    this.draft = DRAFTS.find(([pattern]) => pattern.test(`${declared.replace(/#$/, '')}/`))?.[1] ?? 2020;
    this.root = new Location(this, schema);
    const references = this.collect();
    for (const reference of references) this.targets.set(reference, this.resolve(reference));
  }

  /** What the reference at `location` (of a `$ref` or its kin) leads to. */
  target(location: Location): Location {
    return this.targets.get(location) ?? this.resolve(location);
  }

  private collect(): Location[] {
    const references: Location[] = [];
    this.resources.set(NOWHERE, this.root);
    const waiting: [Location, string][] = [[this.root, NOWHERE]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [at, outer] = next;
      if (!isSchema(at.value)) {
        const found = JSON.stringify(at.value)?.slice(0, 60);
        throw new SchemaError(
          at.pointer,
          `is no schema but ${found}`,
          'a schema is an object, true or false',
        );
      }
      this.schemas.push(at);
      const base = this.identify(at, outer);
      this.bases.set(at, base);
      for (const keyword of ['$ref', '$recursiveRef', '$dynamicRef']) {
        const reference = at.child(keyword);
        if (typeof reference?.value === 'string') references.push(reference);
      }
      for (const schema of subschemas(at)) waiting.push([schema, base]);
    }
    return references;
  }

  /** Notes the names of a schema, and tells what references inside of it are relative to. */
  private identify(at: Location, outer: string): string {
    if (!isObject(at.value)) return outer;
    const { $id, id, $anchor, $dynamicAnchor, $ref } = at.value;
    const given = this.draft === 4 ? (id ?? $id) : $id;
    const hidden = this.draft <= 7 && typeof $ref === 'string';
    let base = outer;
    if (typeof given === 'string' && !hidden) {
      if (given.startsWith('#')) this.resources.set(outer + given, at);
      else {
        base = absolute(given, outer).replace(/#$/, '');
        this.resources.set(base, at);
      }
    }
    for (const anchor of [$anchor, $dynamicAnchor])
      if (typeof anchor === 'string') this.resources.set(`${base}#${anchor}`, at);
    return base;
  }

  private resolve(reference: Location): Location {
    const text = reference.value as string;
    const [resource, fragment = ''] = absolute(text, this.bases.get(reference.parent!) ?? NOWHERE).split(
      '#',
      2,
    );
    const start = this.resources.get(resource);
    if (!start)
      throw new SchemaError(
        reference.pointer,
        `refers to "${text}", which is outside of this document`,
        'nothing is fetched; put the schema it means under $defs (or definitions) and refer to it there',
      );
    const found = fragment === '' || fragment.startsWith('/') ? walk(start, fragment) : undefined;
    const target = found ?? this.resources.get(`${resource}#${fragment}`);
    if (target && isSchema(target.value)) return target;
    throw new SchemaError(
      reference.pointer,
      `refers to "${text}", where there is no schema`,
      'refer to a schema of this document, such as "#/$defs/name"',
    );
  }
}

/** The schemas right inside of a schema, definitions included. */
export function subschemas(at: Location): Location[] {
  if (!isObject(at.value)) return [];
  const one = ONE.flatMap((keyword) => at.child(keyword) ?? []);
  const items = at.child('items');
  const list = [...LIST.map((keyword) => at.child(keyword)), Array.isArray(items?.value) ? items : undefined];
  if (items && !Array.isArray(items.value)) one.push(items);
  const named = NAMED.flatMap((keyword) => at.child(keyword) ?? []);
  const dependencies = at.child('dependencies');
  for (const [wanted, places] of [
    ['a list of schemas', list],
    ['an object of schemas', [...named, dependencies]],
  ] as const)
    for (const place of places)
      if (place && Array.isArray(place.value) !== (wanted === 'a list of schemas'))
        throw new SchemaError(place.pointer, `is not ${wanted}`, `write ${wanted} there`);
      else if (place && (typeof place.value !== 'object' || place.value === null))
        throw new SchemaError(place.pointer, `is not ${wanted}`, `write ${wanted} there`);
  return [
    ...one,
    ...list.flatMap((place) => place?.all().map(([, schema]) => schema) ?? []),
    ...named.flatMap((place) => place.all().map(([, schema]) => schema)),
    ...(dependencies?.all().flatMap(([, place]) => (Array.isArray(place.value) ? [] : place)) ?? []),
  ];
}

function absolute(reference: string, base: string): string {
  if (reference.startsWith('#')) return base + reference;
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
}

function walk(start: Location, fragment: string): Location | undefined {
  let at: Location | undefined = start;
  for (const segment of fragment.split('/').slice(1)) at = at?.child(plain(segment));
  return at;
}

function plain(segment: string): string {
  const unescaped = (text: string): string => text.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return unescaped(decodeURIComponent(segment));
  } catch {
    return unescaped(segment);
  }
}
