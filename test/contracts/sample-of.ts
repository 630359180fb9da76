import { getMetadataStorage, validateSync, ValidationTypes } from 'class-validator';
import { instanceOf, nestedTypeOf } from '../../src/platform/messages/validation/instance-of';

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

const UUID = '01940000-0000-7000-8000-000000000001';
/** One of them meets the rules of any field that is not a part. */
const VALUES: readonly Json[] = [
  'GBP',
  'MUG',
  'unknown',
  UUID,
  'ada@example.com',
  '2026-01-05T09:00:00.000Z',
  '2026-01-05',
  12,
  1,
  true,
  {},
];

/** Data of a message that has every field that its class has rules for. */
export function sampleOf(type: new (fields: never) => object): Json {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const sample: Record<string, Json> = {};
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  for (const name of names) sample[name] = VALUES[0];
  for (const name of names) {
    const ofField = rules.filter(({ propertyName }) => propertyName === name);
    const isPart = ofField.some(({ type: kind }) => kind === ValidationTypes.NESTED_VALIDATION);
    const part = isPart ? nestedTypeOf(type as never, name) : undefined;
    const listed = ofField.flatMap(({ name: rule, constraints }) =>
      rule === 'isIn' ? (constraints[0] as Json[]) : [],
    );
    const values = part ? [sampleOf(part as never)] : [...listed, ...VALUES];
    const found = [...values, ...values.map((value) => [value])].find((value) => {
      const tried = instanceOf(type as never, { ...sample, [name]: value });
      return !validateSync(tried).some(({ property }) => property === name);
    });
    if (found === undefined)
      throw new Error(
        `No value meets the rules of ${type.name}.${name}. Add one to the list in ${__filename}.`,
      );
    sample[name] = found;
  }
  return sample;
}
