import type { Mutant } from '../mutant.ts';

/** A module lives in one place, and its move loses nothing. */
export const extraction: readonly Mutant[] = [];
