import type { JsonSchema } from './json-schema';
import { constraintsOf } from './constraints';
import { type Location, SchemaDocument, subschemas } from './schema-document';

/** A property of a contract: its pointer in a schema, such as `/properties/lines/items/properties/note`. */
export type RetiredNames = ReadonlySet<string>;

/** Whether a property has a name that was retired: by its pointer, or anywhere by its name alone. */
export const isRetired = (retired: RetiredNames, property: Location): boolean =>
  retired.size > 0 && (retired.has(property.segment) || retired.has(property.pointer));

/** The properties that versions of a contract had, oldest first, and that its last one has no more. */
export function retiredNames(versions: readonly JsonSchema[]): string[] {
  if (versions.length === 0) return [];
  const names = versions.map(propertyPointers);
  const last = new Set(names[names.length - 1]);
  return [...new Set(names.flat())].filter((pointer) => !last.has(pointer)).sort();
}

/** The pointers of all properties that a schema describes. */
export function propertyPointers(schema: JsonSchema): string[] {
  const found: string[] = [];
  const waiting = [new SchemaDocument(schema, 'older').root];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    for (const property of constraintsOf(at).properties.values()) found.push(property.pointer);
    waiting.push(...subschemas(at));
  }
  return found;
}
