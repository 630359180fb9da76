/** A value as it goes over the wire: JSON, and where in it dates stand, which JSON would turn into text. */
export interface JsonValue {
  json: unknown;
  /** The path to each date, as property names and list indexes. */
  dates?: (string | number)[][];
}

/**
 * Makes a value ready for the wire. Throws, naming the place, where it holds what would not arrive as it was
 * sent.
 */
export function toJsonValue(value: unknown): JsonValue {
  const dates: (string | number)[][] = [];
  check(value, [], dates);
  return { json: value, ...(dates.length > 0 && { dates }) };
}

/** The value that was sent. Changes what it is given. */
export function fromJsonValue({ json, dates = [] }: JsonValue): unknown {
  const root = { value: json };
  for (const path of dates) {
    const names: (string | number)[] = ['value', ...path];
    const last = names.pop() as string;
    const parent = names.reduce<unknown>(
      (at, name) => (at as Record<string | number, unknown>)[name],
      root,
    ) as Record<string, unknown>;
    parent[last] = new Date(parent[last] as string);
  }
  return root.value;
}

function check(value: unknown, path: (string | number)[], dates: (string | number)[][]): void {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (value instanceof Date && !Number.isNaN(value.getTime())) dates.push(path);
  else if (Array.isArray(value)) value.forEach((item, index) => check(item, [...path, index], dates));
  else if (typeof value === 'object' && isRecord(value)) {
    for (const [name, part] of Object.entries(value)) check(part, [...path, name], dates);
  } else throw new TypeError(`${at(path)} is ${kindOf(value)}. ${WAY_OUT}`);
}

/** Views are instances of classes; what counts is that their properties are all there is to them. */
const isRecord = (value: object): boolean =>
  !(Symbol.iterator in value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof Error) &&
  !(value instanceof Date) &&
  !('toJSON' in value);

const at = (path: readonly (string | number)[]): string =>
  path.length > 0 ? `"${path.join('.')}" of the result` : 'The result';
const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `a ${value.constructor.name}`
    : `the ${typeof value} ${String(value)}`;
const WAY_OUT =
  'Answers go to other processes as JSON: use text, finite numbers, booleans, null, dates, lists and objects of these; a bigint as text.';
