import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { canonicalUuid } from './uuid';

/** class-validator's name for `@IsUUID()`, which marks a field as an id. */
export const UUID_RULE = 'isUuid';

interface Fields {
  ids: readonly string[];
  parts: readonly string[];
}

const known = new Map<unknown, Fields>();

/**
 * Gives every id of an object and of its parts its one spelling: each field with `@IsUUID()` is then in lower
 * case, where it is a UUID at all. Changes the object, which has to be one that was just made; answers the
 * paths of the ids that were spelt otherwise.
 */
export function canonicaliseIds(object: object, path: readonly string[] = []): string[] {
  const { ids, parts } = fieldsOf(object.constructor);
  const respelt: string[] = [];
  for (const name of ids) {
    const value: unknown = Reflect.get(object, name);
    if (Array.isArray(value)) respellItems(value, [...path, name], respelt);
    else if (isMisspelt(value)) {
      Reflect.set(object, name, canonicalUuid(value));
      respelt.push([...path, name].join('.'));
    }
  }
  for (const name of parts) {
    const value: unknown = Reflect.get(object, name);
    for (const [index, part] of entriesOf(value)) {
      if (typeof part === 'object' && part !== null)
        respelt.push(...canonicaliseIds(part, [...path, name, ...index]));
    }
  }
  return respelt;
}

/** Whether a value that meets `@IsUUID()` is in its one spelling. */
export const isCanonicalId = (value: unknown): boolean =>
  typeof value === 'string' && value === value.toLowerCase();

const isMisspelt = (value: unknown): boolean => !isCanonicalId(value) && canonicalUuid(value) !== undefined;

function respellItems(items: unknown[], path: readonly string[], respelt: string[]): void {
  items.forEach((item, index) => {
    if (!isMisspelt(item)) return;
    items[index] = canonicalUuid(item);
    respelt.push([...path, String(index)].join('.'));
  });
}

const entriesOf = (value: unknown): [string[], unknown][] =>
  Array.isArray(value)
    ? value.map((part: unknown, index): [string[], unknown] => [[String(index)], part])
    : [[[], value]];

function fieldsOf(type: unknown): Fields {
  let fields = known.get(type);
  if (!fields) {
    const rules =
      typeof type === 'function'
        ? getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)
        : [];
    const namesOf = (kept: typeof rules): string[] => [
      ...new Set(kept.map(({ propertyName }) => propertyName)),
    ];
    fields = {
      ids: namesOf(rules.filter(({ name }) => name === UUID_RULE)),
      parts: namesOf(rules.filter(({ type: kind }) => kind === ValidationTypes.NESTED_VALIDATION)),
    };
    known.set(type, fields);
  }
  return fields;
}
