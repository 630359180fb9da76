import type { ExpectedReport, Report } from './report';

/** A figure that does not add up. */
export interface Difference {
  /** Such as `orders.refused.price`. */
  field: string;
  expected: number;
  found: number | undefined;
}

/** Compares every figure that the file determines. */
export function differencesBetween(expected: ExpectedReport, found: Report): Difference[] {
  const figures = new Map(figuresOf(found));
  return figuresOf(expected)
    .map(([field, figure]) => ({ field, expected: figure, found: figures.get(field) }))
    .filter((each) => each.found !== each.expected);
}

function figuresOf(report: object, prefix = ''): [string, number][] {
  return Object.entries(report).flatMap(([name, value]: [string, number | object]) =>
    typeof value === 'object'
      ? figuresOf(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value] as [string, number]],
  );
}
