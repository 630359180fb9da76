/**
 * With 95 % confidence the failure rate lies below this when so many trials had no failure: the rule of
 * three.
 */
export const bound95 = (trials: number): number | undefined =>
  trials > 0 ? Math.min(1, 3 / trials) : undefined;

/** The smallest value that at least this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
