import { canonical } from './canonical';
import { type Constraints, constraintsOf, hidesSiblings, listOf } from './constraints';
import { isObject } from './json-schema';
import type { Location, SchemaDocument } from './schema-document';
import { Shapes } from './shapes';
import { list } from './texts';

/** Something that is not the same in two schemas, whatever it means. */
export interface StructuralDifference {
  readonly older?: Location;
  readonly newer?: Location;
  readonly what: string;
}

/** Texts for people and for tools; they say nothing of what fits. */
const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
];
const SCALARS = [
  'type',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
  'uniqueItems',
  'pattern',
  'format',
];
const SCHEMAS = ['not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];

type Pair = readonly [Location, Location];

/** Every place where two schemas differ, along the same ways through both. */
export function structuralDifferences(older: SchemaDocument, newer: SchemaDocument): StructuralDifference[] {
  const found: StructuralDifference[] = [];
  const shapes = new Shapes();
  const seen = new Set<string>();
  const waiting: Pair[] = [[older.root, newer.root]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [one, other] = next.map(behindReferences) as [Location, Location];
    const key = `${one.id} ${other.id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    waiting.push(...comparePlaces(one, other, found, shapes));
  }
  return found;
}

function comparePlaces(
  one: Location,
  other: Location,
  found: StructuralDifference[],
  shapes: Shapes,
): Pair[] {
  if (!isObject(one.value) || !isObject(other.value)) {
    const [was, is] = [one.value, other.value].map((value) => (isObject(value) ? shapes.idOf(value) : value));
    const [empty] = [shapes.idOf({})];
    const same = was === is || (was === true && is === empty) || (was === empty && is === true);
    if (!same) found.push({ older: one, newer: other, what: `${brief(one)} → ${brief(other)}` });
    return [];
  }
  const [was, is] = [constraintsOf(one), constraintsOf(other)];
  const children: Pair[] = [];
  const pair = (older: Location | undefined, newer: Location | undefined, name: string): void => {
    if (older && newer) children.push([older, newer]);
    else if (older ?? newer) found.push({ older, newer, what: `${name} ${older ? 'removed' : 'added'}` });
  };
  const named = (
    olderOnes: ReadonlyMap<string, Location>,
    newerOnes: ReadonlyMap<string, Location>,
    name: (key: string) => string,
  ): void => {
    for (const key of new Set([...olderOnes.keys(), ...newerOnes.keys()]))
      pair(olderOnes.get(key), newerOnes.get(key), name(key));
  };
  compareScalars(one, other, was, is, found);
  named(was.properties, is.properties, (name) => `property "${name}"`);
  named(was.patterns, is.patterns, (pattern) => `properties with /${pattern}/`);
  named(was.dependentSchemas, is.dependentSchemas, (name) => `what depends on "${name}"`);
  for (const name of new Set([...was.required.keys(), ...is.required.keys()])) {
    const [older, newer] = [was.required.get(name), is.required.get(name)];
    if (!older || !newer) pair(older, newer, `required "${name}"`);
  }
  for (const name of new Set([...was.dependentRequired.keys(), ...is.dependentRequired.keys()])) {
    const [older, newer] = [was.dependentRequired.get(name), is.dependentRequired.get(name)];
    if (!older || !newer) pair(older?.at, newer?.at, `what "${name}" requires`);
    else if (shapes.idOf([...older.list].sort()) !== shapes.idOf([...newer.list].sort()))
      found.push({
        older: older.at,
        newer: newer.at,
        what: `"${name}" requires ${list(older.list)} → ${list(newer.list)}`,
      });
  }
  for (let position = 0; position < Math.max(was.prefix.length, is.prefix.length); position += 1)
    pair(was.prefix[position], is.prefix[position], `item ${position}`);
  pair(was.rest, is.rest, '"items"');
  pair(was.additional, is.additional, '"additionalProperties"');
  for (const keyword of SCHEMAS) pair(one.child(keyword), other.child(keyword), `"${keyword}"`);
  for (const keyword of LISTS) compareLists(one, other, keyword, pair, shapes);
  const references = [one, other].map((at) => {
    const reference = at.child('$ref');
    return typeof reference?.value === 'string' ? reference : undefined;
  });
  const targets = references.map((reference) => reference && reference.document.target(reference));
  if (targets[0] && targets[1]) children.push([targets[0], targets[1]]);
  else pair(references[0], references[1], '"$ref"');
  return children.reverse();
}

function compareScalars(
  one: Location,
  other: Location,
  was: Constraints,
  is: Constraints,
  found: StructuralDifference[],
): void {
  for (const keyword of [...SCALARS, ...ANNOTATIONS]) {
    const [older, newer] = [one.child(keyword), other.child(keyword)];
    if (!older && !newer) continue;
    if (
      keyword === 'type'
        ? was.types === is.types
        : older && newer && canonical(older.value) === canonical(newer.value)
    )
      continue;
    if (keyword === 'uniqueItems' && was.uniqueItems === is.uniqueItems) continue;
    found.push({ older, newer, what: changed(keyword, older, newer) });
  }
  for (const bound of ['minimum', 'maximum'] as const) {
    const exclusive = bound === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
    for (const isExclusive of [false, true]) {
      const [older, newer] = [was, is].map((side) =>
        side[bound].find((each) => each.exclusive === isExclusive),
      );
      if (!older && !newer) continue;
      if (older?.value === newer?.value) continue;
      found.push({
        older: older?.at,
        newer: newer?.at,
        what: changed(isExclusive ? exclusive : bound, older?.at, newer?.at),
      });
    }
  }
  const [older, newer] = [was.values, is.values];
  if (!older && !newer) return;
  if (
    older &&
    newer &&
    older.list.every((value) => newer.has(value)) &&
    newer.list.every((value) => older.has(value))
  )
    return;
  found.push({ older: older?.at, newer: newer?.at, what: valuesChanged(older, newer) });
}

function valuesChanged(older: Constraints['values'], newer: Constraints['values']): string {
  if (!older || !newer) return changed((older ?? newer)!.at.segment, older?.at, newer?.at);
  const removed = older.list.filter((value) => !newer.has(value));
  const added = newer.list.filter((value) => !older.has(value));
  return [
    ...(removed.length > 0 ? [`values removed: ${list(removed)}`] : []),
    ...(added.length > 0 ? [`values added: ${list(added)}`] : []),
  ].join('; ');
}

function compareLists(
  one: Location,
  other: Location,
  keyword: string,
  pair: (older: Location | undefined, newer: Location | undefined, name: string) => void,
  shapes: Shapes,
): void {
  const older = listOf(one, keyword);
  const newer = new Map<number, Location[]>();
  for (const schema of listOf(other, keyword)) {
    const shape = shapes.idOf(schema.value);
    newer.set(shape, [...(newer.get(shape) ?? []), schema]);
  }
  const left: Location[] = [];
  // References inside may lead elsewhere now, so that equal texts are compared, too.
  for (const schema of older) {
    const same = newer.get(shapes.idOf(schema.value))?.shift();
    if (same) pair(schema, same, '');
    else left.push(schema);
  }
  const unmatched = [...newer.values()].flat().sort((a, b) => Number(a.segment) - Number(b.segment));
  for (let index = 0; index < Math.max(left.length, unmatched.length); index += 1)
    pair(left[index], unmatched[index], `"${keyword}" member`);
}

/** Follows a schema that is nothing but a reference. */
function behindReferences(at: Location): Location {
  const seen = new Set<Location>();
  let current = at;
  for (;;) {
    const reference = current.child('$ref');
    if (typeof reference?.value !== 'string' || seen.has(current)) return current;
    const isAlone = Object.keys(current.value as object).every(
      (keyword) =>
        keyword === '$ref' || keyword === '$defs' || keyword === 'definitions' || keyword.startsWith('$'),
    );
    if (!isAlone && !hidesSiblings(current)) return current;
    seen.add(current);
    current = current.document.target(reference);
  }
}

const brief = (at: Location): string => (isObject(at.value) ? 'a schema' : String(at.value));

const changed = (keyword: string, older: Location | undefined, newer: Location | undefined): string => {
  if (!older) return `${keyword} ${list([newer!.value])} added`;
  if (!newer) return `${keyword} ${list([older.value])} removed`;
  return `${keyword} ${list([older.value])} → ${list([newer.value])}`;
};
