import { median } from '../harness/statistics';
import type { Column, Values } from '../harness/outcome';

/** A figure of all rounds as text: the median with min and max, or the worst. */
export function cellOf({ show, decimals = 0 }: Column, values: Values | undefined): string {
  if (values === undefined || values.length === 0) return '';
  const text = (value: number): string =>
    value.toLocaleString('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (show === 'worst') return text(most);
  return values.length === 1 ? text(most) : `${text(median(values))} (${text(least)} to ${text(most)})`;
}
