import type { InvariantName } from '../checks/check';

/**
 * A fault saw with its own eyes that a promise was not kept while it lasted; the trial goes on to its end.
 */
export class Violated extends Error {
  constructor(
    readonly invariant: InvariantName,
    what: string,
  ) {
    super(what);
  }
}
