/** Why a module in another process could not be asked. */
export type UnreachableReason =
  | 'no-broker' // this process has no connection to a broker
  | 'not-hosted' // no process hosts the module now
  | 'no-answer' // a process was asked, and time ran out
  | 'out-of-time' // the caller had hardly any time left, which says nothing about the module
  | 'too-many-retries' // the share of calls that may be retries is used up
  | 'circuit-open'; // it failed so often that it is left alone for a moment

const MEANING: Readonly<Record<UnreachableReason, string>> = {
  'no-broker': 'this process has no connection to the broker that NATS_URL names',
  'not-hosted': 'no process that hosts it was found in time',
  'no-answer': 'it did not answer in time',
  'out-of-time': 'the caller had too little time left to wait for its answer',
  'too-many-retries': 'it did not answer, and it is not asked again while so many calls fail',
  'circuit-open': 'it failed several times in a row and is left alone for a moment',
};

/**
 * A module that another process hosts could not be asked, or its answer did not come in time: then a command
 * may have been done. It says nothing about the message: subscriptions try again without limit, the HTTP edge
 * answers 503 with `Retry-After`.
 */
export class ModuleUnreachable extends Error {
  readonly code = 'MODULE_UNREACHABLE';

  constructor(
    readonly module: string,
    readonly reason: UnreachableReason,
    options?: { cause?: unknown },
  ) {
    super(`The module "${module}" cannot be reached: ${MEANING[reason]}.`, options);
    this.name = 'ModuleUnreachable';
  }
}
