/**
 * The aggregates of one kind that a unit of work has locked or added: each is one object, by whatever
 * property it is asked for.
 */
export class LockedAggregates<T extends object> {
  private readonly byProperty = new Map<string & keyof T, Map<string, T | null>>();

  constructor(private readonly key: string & keyof T) {}

  /** The object; null when it is known that there is none, undefined when nothing is known. */
  get(property: string & keyof T, value: unknown): T | null | undefined {
    return this.of(property).get(normal(value));
  }

  /**
   * Takes up what was read and locked; answers the object that stands for it, which may have changed since an
   * earlier read.
   */
  keep(read: T): T {
    const known = this.get(this.key, read[this.key]);
    if (known) return known;
    this.add(read);
    return read;
  }

  add(object: T): void {
    this.of(this.key);
    for (const [property, objects] of this.byProperty) objects.set(normal(object[property]), object);
  }

  /**
   * Nothing with this value was found. A concurrent insert makes this one collide, and the unit of work is
   * retried.
   */
  noteAbsence(property: string & keyof T, value: unknown): void {
    const objects = this.of(property);
    if (!objects.has(normal(value))) objects.set(normal(value), null);
  }

  /** A concurrent transaction was faster: what was missing may exist now. */
  forgetAbsence(): void {
    for (const objects of this.byProperty.values())
      for (const [value, object] of objects) if (object === null) objects.delete(value);
  }

  private of(property: string & keyof T): Map<string, T | null> {
    let objects = this.byProperty.get(property);
    if (!objects) {
      objects = new Map();
      for (const object of this.byProperty.get(this.key)?.values() ?? [])
        if (object) objects.set(normal(object[property]), object);
      this.byProperty.set(property, objects);
    }
    return objects;
  }
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** PostgreSQL hands UUIDs out in lower case, however they were written. */
const normal = (value: unknown): string =>
  UUID.test(String(value)) ? String(value).toLowerCase() : String(value);
