/**
 * Reads pounds as they stand in the file, such as `2.55`, as exact pence; `undefined` for anything but that.
 */
export function parsePence(pounds: string): number | undefined {
  // The digits are moved, never multiplied: 1.15 * 100 is 114.99999999999999 in floating point.
  const match = /^(?<whole>\d*)(?:\.(?<fraction>\d{1,2}))?$/.exec(pounds);
  if (pounds === '' || !match?.groups) return undefined;
  const pence = Number(match.groups.whole + (match.groups.fraction ?? '').padEnd(2, '0'));
  return Number.isSafeInteger(pence) ? pence : undefined;
}

/** `123456` becomes `£1,234.56`. */
export function formatPence(pence: number): string {
  const digits = Math.abs(pence).toString().padStart(3, '0');
  return `${pence < 0 ? '-' : ''}£${Number(digits.slice(0, -2)).toLocaleString('en-GB')}.${digits.slice(-2)}`;
}
