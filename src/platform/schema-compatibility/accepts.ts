import { canonical } from './canonical';
import { type Atom, atomsOf, type Constraints, type Count, NUMERIC, TYPES } from './constraints';
import { matches } from './patterns';
import type { Location } from './schema-document';

/** Deeper values are taken to fit: only values that a schema lists are ever looked at. */
const DEPTH = 200;

/** Whether a value fits a schema. */
export const accepts = (schema: Location, value: unknown, depth = 0): boolean =>
  depth > DEPTH || atomsOf(schema).every((atom) => atomAccepts(atom, value, depth));

/** Whether a value fits one condition of a schema. */
export function atomAccepts(atom: Atom, value: unknown, depth = 0): boolean {
  switch (atom.kind) {
    case 'plain':
      return refusals(atom.is, value, depth).length === 0;
    case 'not':
      return !accepts(atom.at, value, depth + 1);
    case 'union': {
      const fitting = atom.members.filter((member) => accepts(member, value, depth + 1)).length;
      return atom.exactlyOne ? fitting === 1 : fitting > 0;
    }
    case 'if': {
      const then = accepts(atom.at, value, depth + 1) ? atom.then : atom.otherwise;
      return !then || accepts(then, value, depth + 1);
    }
  }
}

export function typeOf(value: unknown): number {
  if (value === null) return TYPES.null;
  if (Array.isArray(value)) return TYPES.array;
  if (typeof value === 'number') return Number.isInteger(value) ? TYPES.integer : TYPES.fraction;
  return TYPES[typeof value as 'boolean' | 'string' | 'object'];
}

/** The keywords of a schema that a value does not fit. */
export function refusals(is: Constraints, value: unknown, depth = 0): string[] {
  const type = typeOf(value);
  const found: string[] = [];
  const must = (keyword: string, fits: boolean): void => {
    if (!fits) found.push(keyword);
  };
  if (is.never) return ['false'];
  must('type', (is.types & type) !== 0);
  if (is.values) must(is.values.at.segment, is.values.has(value));
  const counts = (min: Count, max: Count, count: number): void => {
    must(min, count >= (is.counts.get(min) ?? 0));
    must(max, count <= (is.counts.get(max) ?? Infinity));
  };
  if (type & NUMERIC) {
    const number = value as number;
    for (const { at, value: bound, exclusive } of is.minimum)
      must(at.segment, exclusive ? number > bound : number >= bound);
    for (const { at, value: bound, exclusive } of is.maximum)
      must(at.segment, exclusive ? number < bound : number <= bound);
    if (is.multipleOf !== undefined) must('multipleOf', isMultiple(number, is.multipleOf));
  }
  if (type === TYPES.string) {
    counts('minLength', 'maxLength', [...(value as string)].length);
    if (is.pattern !== undefined) must('pattern', matches(is.pattern, value as string));
  }
  if (type === TYPES.array) refusedItems(is, value as unknown[], depth, must, counts);
  if (type === TYPES.object) refusedProperties(is, value as Record<string, unknown>, depth, must, counts);
  return found;
}

type Must = (keyword: string, fits: boolean) => void;
type Counts = (min: Count, max: Count, count: number) => void;

function refusedItems(is: Constraints, items: unknown[], depth: number, must: Must, counts: Counts): void {
  counts('minItems', 'maxItems', items.length);
  if (is.uniqueItems) must('uniqueItems', new Set(items.map(canonical)).size === items.length);
  const described = Math.max(is.prefix.length, is.evaluatedItems);
  items.forEach((item, position) => {
    const schema = is.prefix[position] ?? (position < described ? undefined : is.rest);
    if (schema) must(position < is.prefix.length ? 'prefixItems' : 'items', accepts(schema, item, depth + 1));
  });
  if (is.contains) {
    const fitting = items.filter((item) => accepts(is.contains!, item, depth + 1)).length;
    must('contains', fitting >= is.minContains && fitting <= is.maxContains);
  }
}

function refusedProperties(
  is: Constraints,
  value: Record<string, unknown>,
  depth: number,
  must: Must,
  counts: Counts,
): void {
  counts('minProperties', 'maxProperties', Object.keys(value).length);
  for (const name of is.required.keys()) must('required', Object.hasOwn(value, name));
  for (const [name, item] of Object.entries(value)) {
    for (const schema of schemasOf(is, name)) must('properties', accepts(schema, item, depth + 1));
    if (is.propertyNames) must('propertyNames', accepts(is.propertyNames, name, depth + 1));
    for (const needed of is.dependentRequired.get(name)?.list ?? [])
      must('dependentRequired', Object.hasOwn(value, needed));
    const dependent = is.dependentSchemas.get(name);
    if (dependent) must('dependentSchemas', accepts(dependent, value, depth + 1));
  }
}

/** The schemas that one object schema has for a property. */
export function schemasOf(is: Constraints, name: string): Location[] {
  const property = is.properties.get(name);
  const byPattern = [...is.patterns].flatMap(([pattern, schema]) => (matches(pattern, name) ? schema : []));
  if (property || byPattern.length > 0) return property ? [property, ...byPattern] : byPattern;
  return is.additional && !isEvaluated(is, name) ? [is.additional] : [];
}

export const isEvaluated = ({ evaluated }: Constraints, name: string): boolean =>
  evaluated.names.has(name) || evaluated.patterns.some((pattern) => matches(pattern, name));

/** Whether a number is a multiple of another, in decimals as written. */
export function isMultiple(number: number, of: number): boolean {
  if (of === 0) return false;
  const ratio = number / of;
  return Math.abs(ratio - Math.round(ratio)) <= 1e-9 * Math.max(1, Math.abs(ratio));
}
