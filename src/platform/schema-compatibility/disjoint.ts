import { NUMERIC, TYPES } from './constraints';
import { Written } from './written';

const DEPTH = 3;

/** Whether no value can be both; false where that cannot be told. */
export function disjoint(one: Written, other: Written, depth = 0): boolean {
  if (one.isImpossible || other.isImpossible || (one.types & other.types) === 0) return true;
  if (one.values) return !one.values.some((value) => other.admits(value));
  if (other.values) return !other.values.some((value) => one.admits(value));
  if (depth >= DEPTH) return false;
  for (const [mine, theirs] of [
    [one, other],
    [other, one],
  ]) {
    const union = theirs.atoms.find((atom) => atom.kind === 'union');
    if (!union || union.kind !== 'union') continue;
    const rest = theirs.without(union);
    if (union.members.every((member) => disjoint(mine, rest.with([member]), depth + 1))) return true;
  }
  const types = one.types & other.types;
  const common = Object.values(TYPES).filter((type) => types & type);
  return common.every((type) => {
    if (type & NUMERIC) return rangesApart(one, other);
    if (type === TYPES.string) return countsApart(one, other, 'minLength', 'maxLength');
    if (type === TYPES.array) return countsApart(one, other, 'minItems', 'maxItems');
    if (type === TYPES.object)
      return countsApart(one, other, 'minProperties', 'maxProperties') || propertiesApart(one, other, depth);
    return false;
  });
}

function rangesApart(one: Written, other: Written): boolean {
  return [
    [one, other],
    [other, one],
  ].some(([lower, upper]) => {
    const [last, first] = [lower.high, upper.low];
    if (!last || !first) return false;
    return last.value < first.value || (last.value === first.value && (last.exclusive || first.exclusive));
  });
}

function countsApart(
  one: Written,
  other: Written,
  min: 'minLength' | 'minItems' | 'minProperties',
  max: 'maxLength' | 'maxItems' | 'maxProperties',
): boolean {
  return one.count(min) > other.count(max) || other.count(min) > one.count(max);
}

/** A property that one of them must have and that cannot be both. */
function propertiesApart(one: Written, other: Written, depth: number): boolean {
  const required = new Set(
    [one, other].flatMap(({ plain }) => plain.flatMap((is) => [...is.required.keys()])),
  );
  return [...required].some((name) => {
    const [mine, theirs] = [one, other].map((written) => Written.of(...written.schemasOf(name)));
    return disjoint(mine, theirs, depth + 1);
  });
}
