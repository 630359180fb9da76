import { Transform } from 'class-transformer';
import { isUUID } from 'class-validator';

/**
 * A UUID in its one spelling, as RFC 9562 writes it out: 36 characters with hyphens, in lower case. Capitals
 * are read, as the RFC asks; undefined for everything else, also for what PostgreSQL would take for a UUID
 * (braces, no hyphens).
 */
export const canonicalUuid = (value: unknown): string | undefined =>
  isUUID(value) ? String(value).toLowerCase() : undefined;

/**
 * Gives a field that may hold anything its one spelling where it holds a UUID. Fields with `@IsUUID()` need
 * it not: they have it anyway.
 */
export const CanonicalUuid = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }): unknown => canonicalUuid(value) ?? value);

const UUIDS = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi;

/**
 * The spellings under which a key, which may be a UUID or hold one, can stand in a table: as it was written,
 * and with UUIDs in lower case.
 */
export const keySpellings = (key: string): string[] => [
  ...new Set([key, key.replace(UUIDS, (uuid) => uuid.toLowerCase())]),
];
