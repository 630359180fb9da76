/**
 * The owner of a contract failed while it answered, as it would have in this process. What exactly went wrong
 * stands in the owner's log under the same correlation id and is not passed on; `code` is the SQLSTATE, where
 * the database refused a value.
 */
export class RemoteFailure extends Error {
  constructor(
    contract: string,
    readonly code?: string,
  ) {
    super(
      `${contract} failed in the process that hosts it; the correlation id finds the reason in the log there.`,
    );
    this.name = 'RemoteFailure';
  }
}
