import { ValidateBy } from 'class-validator';

/** A day, or a moment of it with its offset from UTC; milliseconds at the most, as answers show them. */
const INSTANT =
  /^([1-9]\d{3}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

/**
 * The moment that a text of ISO 8601 names: a day names its beginning in UTC. Undefined for every other text,
 * and for days that no month has.
 */
export function instantOf(text: string): Date | undefined {
  const day = INSTANT.exec(text)?.[1];
  // JavaScript reads the 30th of February as the 2nd of March.
  if (day === undefined || !isDay(day)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function isDay(text: string): boolean {
  const midnight = new Date(text);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/** Wants a day or a moment as `instantOf` reads it. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isInstant',
      validator: { validate: (value) => typeof value === 'string' && instantOf(value) !== undefined },
    },
    {
      message:
        '$property must be a day such as 2026-01-31, which begins at midnight UTC, or a moment such as 2026-01-31T09:30:00Z or 2026-01-31T09:30:00.250+01:00 (in a URL, + is written %2B)',
    },
  );

/** Wants a moment later than that of another field, where both are there and can be read. */
export const IsLaterThan = (other: string): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isLaterThan',
      validator: {
        validate: (value, about) => {
          const [from, to] = [about && (Reflect.get(about.object, other) as unknown), value as unknown].map(
            (text) => (typeof text === 'string' ? instantOf(text) : undefined),
          );
          return from === undefined || to === undefined || from < to;
        },
      },
    },
    {
      message: `$property must be later than ${other}: what is at ${other} counts, and what is at $property does not`,
    },
  );
