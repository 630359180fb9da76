import { canonical } from './canonical';
import { NUMERIC, TYPES } from './constraints';

const MAX_LENGTH = 40;
const MAX_LISTED = 5;

/** Types for people, such as `string or null`. */
export function describeTypes(types: number): string {
  const names: string[] = Object.keys(TYPES).filter(
    (name) => name !== 'integer' && name !== 'fraction' && types & TYPES[name as keyof typeof TYPES],
  );
  if ((types & NUMERIC) === NUMERIC) names.push('number');
  else if (types & TYPES.integer) names.push('integer');
  else if (types & TYPES.fraction) names.push('number that is no integer');
  return names.length === 7 - 1 ? 'any type' : names.join(' or ');
}

/** Values for people; the first of many. */
export function list(values: readonly unknown[]): string {
  const texts = values.slice(0, MAX_LISTED).map((value) => {
    const text = canonical(value);
    return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
  });
  const more = values.length - texts.length;
  return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
