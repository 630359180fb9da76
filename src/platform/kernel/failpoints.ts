/** Points at which tests kill, pause or fail a process, with what has been done by then. */
export const FAILPOINTS = {
  'unit-of-work.before-append': 'the work is done, its messages are not in the log yet',
  'unit-of-work.before-commit': 'effects are written and messages sent, nothing is committed',
  'unit-of-work.after-commit': 'all is committed, and no reader has been signalled',
  'unit-of-work.before-rollback': 'the work was refused or failed, its transaction is still open',
  'batch.before-begin': 'messages were read, their transaction has not begun',
  'position.before-move': 'messages were read, their transaction has begun',
  'position.after-move': 'the position has moved, no message has been handled',
  'position.before-commit': 'every message of the batch has been handled in an open transaction',
  'position.after-commit': 'the batch is committed, the process still believes its old position',
  'tick.before': 'the log is about to be looked at for messages beyond its last tick',
  'tick.after': 'a tick may have been stored, and no reader knows',
  'window.read': 'messages between two ticks are in memory and not handed out',
  'lease.taken': 'lane groups are leased in the database, and no worker works on them',
  'lease.renewed': 'the end of the leases was put off in the database, the process has not noted it',
  'message.held': 'a failed message was set aside in an open transaction',
  'message.released':
    'a deferred message is about to be handled again, in the transaction that lets go of it',
  'idempotency.claimed': "a request's key is locked, its work has not begun",
  'idempotency.answer-stored': 'the answer is stored beside the effects, nothing is committed',
  'job.claimed': 'jobs are claimed, none has been performed',
  'job.performed': 'a side effect has happened, its result is not recorded',
  'job.completed': 'jobs are ended in the transaction that records their results',
  'deadline.fired': 'a process was turned back in an open transaction, because its answer did not come',
  'saga.saved': 'a process has its new state in an open transaction, its owner was not told',
} as const;

/** The same in the tool that moves a module, which is no process of the application. */
export const MOVE_FAILPOINTS = {
  'move.begun': 'a move is written down in the old place, and nothing else of it is done',
  'move.schema-made':
    'the new place has a schema that says the module lives there, and no process can see it',
  'move.welcomed':
    'the new place says that the module lives in the old one, and knows of the move, in an open transaction',
  'move.step-begins': 'a step of a move is about to run',
  'move.step-done': 'a step has had its effect, the move does not know it',
  'move.leaving': 'the processes at the old place are asked to let the module go',
  'move.fence-raised': 'no session may write any more, and those that wrote before may still be at it',
  'move.published': 'the old place publishes its tables, and no subscription exists',
  'move.slot-made': 'the old place keeps every change from here on, nothing is copied',
  'move.following': 'the rows are in the new place, which has begun to take over the changes',
  'move.caught-up':
    'the new place has everything and takes over nothing more, the old one still has the slot',
  'move.table-copied': "a table's rows are in the new place, in an open transaction",
  'move.generation-begun': 'the copied log has a new generation, in an open transaction',
  'move.before-switch': 'the old place has given the module up, in an open transaction',
  'move.switched': 'the old place has given the module up, the new one is not open yet',
  'move.before-open': 'the new place is open, in an open transaction',
  'move.opened': 'the module lives in the new place, the old one does not know',
  'move.done': 'both places say where the module lives',
} as const;

/** And what undoes a move or ends it. */
export const MOVE_END_FAILPOINTS = {
  'move.before-undo': 'the old place is open again, in an open transaction',
  'move.undone': 'the module lives in the old place again, the new one still holds what was copied',
  'move.before-tidied': 'what was copied is gone from the new place, in an open transaction',
  'move.before-finish': 'the copy that was left behind is gone, in an open transaction',
} as const;

export type FailpointName =
  keyof typeof FAILPOINTS | keyof typeof MOVE_FAILPOINTS | keyof typeof MOVE_END_FAILPOINTS;

/**
 * What becomes of the process: `kill -9`, a stop until a signal lets it go on, or an error at that point of
 * its code.
 */
const FATES = ['die', 'freeze', 'throw'] as const;

/** A failpoint, and at which of its hits what becomes of the process. */
export interface Failpoint {
  readonly name: FailpointName;
  readonly hit: number;
  readonly fate: (typeof FATES)[number];
}

/** Thrown by a failpoint that was armed for it. */
export class FailpointError extends Error {
  constructor(name: FailpointName) {
    super(`The failpoint ${name} has thrown, as it was told to.`);
    this.name = 'FailpointError';
  }
}

/** Does nothing, unless this process was started to die, freeze or fail here. */
export let failpoint: (name: FailpointName) => void = () => undefined;

/**
 * From now on the process kills or stops itself at the chosen hit, or throws there; it does nothing at the
 * hits after that.
 */
export function armFailpoint({ name, hit, fate }: Failpoint): void {
  let left = hit;
  failpoint = (reached) => {
    if (reached !== name || --left !== 0) return;
    if (fate === 'throw') throw new FailpointError(name);
    process.kill(process.pid, fate === 'die' ? 'SIGKILL' : 'SIGSTOP');
  };
}

/**
 * Reads `<name>`, `<name>:<hit>` or `<name>:<hit>:<fate>`, where a fate is die, freeze or throw; null when it
 * is none of them.
 */
export function parseFailpoint(text: string): Failpoint | null {
  const [, name, hit = '1', fate = 'die'] = /^([a-z.-]+)(?::([1-9]\d{0,8})(?::([a-z]+))?)?$/.exec(text) ?? [];
  const known = { ...FAILPOINTS, ...MOVE_FAILPOINTS, ...MOVE_END_FAILPOINTS };
  if (name === undefined || !Object.hasOwn(known, name) || !isFate(fate)) return null;
  return { name: name as FailpointName, hit: Number(hit), fate };
}

const isFate = (text: string): text is Failpoint['fate'] => FATES.some((fate) => fate === text);
