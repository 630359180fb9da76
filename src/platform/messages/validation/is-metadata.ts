import { ValidateBy } from 'class-validator';
import { isVisibleText } from './is-visible-text';

/** How much metadata a resource takes; `bytes` are those of all names and values together, in UTF-8. */
export const METADATA_LIMITS = { entries: 50, nameLength: 40, valueLength: 500, bytes: 8_192 } as const;

/** Names are ASCII, so that each has one spelling. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}$/;

/** What keeps an object from being metadata; undefined where nothing does. Quotes nothing of it. */
export function metadataFault(metadata: object): string | undefined {
  const entries = Object.entries(metadata);
  const { entries: most, nameLength, valueLength, bytes } = METADATA_LIMITS;
  if (entries.length > most) return `has more than ${most} entries`;
  if (!entries.every(([name]) => NAME.test(name)))
    return `has a name that is not 1 to ${nameLength} letters, digits or _ . : - of ASCII, beginning with a letter or a digit`;
  const texts = entries
    .map(([, value]: [string, unknown]) => value)
    .filter((value) => typeof value === 'string');
  if (!texts.every((value) => [...value].length <= valueLength && isVisibleText(value)))
    return `has a value that is not one line of 1 to ${valueLength} characters that can be seen, without control characters`;
  const size = entries.reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(String(value)),
    0,
  );
  return size > bytes ? `takes ${size} bytes; ${bytes} fit` : undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Wants an object of texts under names, within `METADATA_LIMITS`. Values of another type than text are an
 * error of type.
 */
export const IsMetadata = (): PropertyDecorator => (target, property) => {
  ValidateBy(
    {
      name: 'isObject',
      validator: {
        validate: (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'string'),
      },
    },
    { message: '$property must be an object of texts' },
  )(target, property);
  ValidateBy(
    {
      name: 'isMetadata',
      validator: { validate: (value) => isObject(value) && metadataFault(value) === undefined },
    },
    {
      message: ({ value, property: name }) =>
        `${name} ${(isObject(value) && metadataFault(value)) || 'must be an object of texts'}`,
    },
  )(target, property);
};
