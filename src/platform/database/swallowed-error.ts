/**
 * A statement of a unit of work failed, and its error was caught inside: the server refuses everything that
 * follows. `cause` is the error of that statement. How to fail is decided by it: a deadlock that was caught
 * is still a deadlock.
 */
export class SwallowedError extends Error {
  constructor(cause: Error | undefined) {
    super(
      'The transaction was rolled back by the server, because a statement in it had failed and its error was caught' +
        `${cause ? `: ${cause.message}` : ''}. Do not catch errors of statements in a handler, or use a savepoint.`,
      { cause },
    );
    this.name = 'SwallowedError';
  }
}
