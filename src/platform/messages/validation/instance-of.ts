import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';

const MARKED = ['_typeMetadatas', '_transformMetadatas', '_exposeMetadatas', '_excludeMetadatas'] as const;

/**
 * Makes an instance of a class from data, as class-transformer does it. Where that would only copy
 * properties, because the class has none of its decorators and the data no parts, they are copied here:
 * class-transformer looks for decorators of each property each time.
 */
export function instanceOf<T extends object>(type: ClassConstructor<T>, data: object): T {
  if (isPlain(type)) {
    const instance = new type();
    if (copy(data as Record<string, unknown>, instance as Record<string, unknown>)) return instance;
  }
  return plainToInstance(type, data);
}

/** False when something has to be looked at more closely: a part, or a name that the class has already. */
function copy(data: Record<string, unknown>, into: Record<string, unknown>): boolean {
  for (const name of Object.keys(data)) {
    const value = data[name];
    if ((typeof value === 'object' && value !== null) || name in Object.getPrototypeOf(into)) return false;
    into[name] = value;
  }
  return true;
}

const known = new Map<unknown, boolean>();

/** Whether class-transformer knows nothing of a class and of those it extends. */
function isPlain(type: ClassConstructor<object>): boolean {
  let plain = known.get(type);
  if (plain === undefined) {
    const storage = defaultMetadataStorage as unknown as Record<
      (typeof MARKED)[number],
      ReadonlyMap<unknown, unknown>
    >;
    plain = MARKED.every((name) => ancestry(type).every((one) => !storage[name].has(one)));
    known.set(type, plain);
  }
  return plain;
}

function ancestry(type: unknown): unknown[] {
  return typeof type === 'function' && type !== Function.prototype
    ? [type, ...ancestry(Object.getPrototypeOf(type))]
    : [];
}

/** The class that `@Type` names for a field; undefined where it names none. */
export const nestedTypeOf = (type: new () => object, field: string): unknown =>
  defaultMetadataStorage.findTypeMetadata(type, field)?.typeFunction();
