const LONGEST = 2_000;

/**
 * What an operator needs to see of an error, as PostgreSQL stores it: name and message, at most 2,000
 * characters, without the character that its `text` cannot hold. Never throws, whatever was thrown: a failure
 * that cannot be stored would come back for ever.
 */
export const describeError = (error: unknown): string => textOf(error).replaceAll('\0', '').slice(0, LONGEST);

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that cannot be written as text was thrown';
  }
}
