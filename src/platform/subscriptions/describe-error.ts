const LONGEST = 2_000;

/** What an operator needs to see of an error, bounded. */
export const describeError = (error: unknown): string =>
  String(error instanceof Error ? `${error.name}: ${error.message}` : error).slice(0, LONGEST);
