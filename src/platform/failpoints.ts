/** Where a process can be told to die or to stand still, and what has been done at that moment. */
export const FAILPOINTS = {
  'unit-of-work.before-append': 'the work is done, its messages are not in the log yet',
  'unit-of-work.before-commit': 'effects are written and messages sent, nothing is committed',
  'unit-of-work.after-commit': 'all is committed, and nobody has been told of it',
  'unit-of-work.before-rollback': 'the work was refused or failed, its transaction is still open',
  'position.before-move': 'messages were read, their transaction has begun',
  'position.after-move': 'the position has moved, no message has been handled',
  'position.before-commit': 'every message of the batch has been handled in an open transaction',
  'position.after-commit': 'the batch is committed, the process still believes its old position',
  'tick.before': 'the log is about to be looked at for messages beyond its last tick',
  'tick.after': 'a tick may have been stored, and no reader knows',
  'window.read': 'messages between two ticks are in memory and handed to nobody',
  'lease.taken': 'lane groups are leased in the database, and no worker works on them',
  'lease.renewed': 'the end of the leases was put off in the database, the process has not noted it',
  'message.held': 'a failed message was set aside in an open transaction',
  'message.released': 'a held message is about to be handled again, in the transaction that lets go of it',
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
  'move.step-begins': 'a step of a move is about to run',
  'move.step-done': 'a step has had its effect, the move does not know it',
  'move.fence-raised': 'nobody may write any more, and who wrote before may still be at it',
  'move.published': 'the old place publishes its tables, nobody has subscribed',
  'move.slot-made': 'the old place keeps every change from here on, nothing is copied',
  'move.following': 'the rows are in the new place, which has begun to take over the changes',
  'move.caught-up': 'the new place has everything and takes over nothing more, the old one still has the slot',
  'move.table-copied': "a table's rows are in the new place, in an open transaction",
  'move.switched': 'the old place has given the module up, the new one is not open yet',
} as const;

export type FailpointName = keyof typeof FAILPOINTS | keyof typeof MOVE_FAILPOINTS;

/** What becomes of the process: `kill -9`, or a stop until somebody lets it go on. */
const SIGNALS = { die: 'SIGKILL', freeze: 'SIGSTOP' } as const;

/** A failpoint, and at which of its hits what becomes of the process. */
export interface Failpoint {
  readonly name: FailpointName;
  readonly hit: number;
  readonly signal: (typeof SIGNALS)[keyof typeof SIGNALS];
}

/** Does nothing, unless this process was started to die or freeze here. */
export let failpoint: (name: FailpointName) => void = () => undefined;

/** From now on the process kills or stops itself at the chosen hit: nothing is finished and nothing noticed. */
export function armFailpoint({ name, hit, signal }: Failpoint): void {
  let left = hit;
  failpoint = (reached) => {
    if (reached === name && --left === 0) process.kill(process.pid, signal);
  };
}

/** Reads `<name>`, `<name>:<hit>` or `<name>:<hit>:freeze`; null when it is none of them. */
export function parseFailpoint(text: string): Failpoint | null {
  const [, name, hit = '1', fate = 'die'] = /^([a-z.-]+)(?::([1-9]\d{0,8})(?::(die|freeze))?)?$/.exec(text) ?? [];
  if (name === undefined || !Object.hasOwn({ ...FAILPOINTS, ...MOVE_FAILPOINTS }, name)) return null;
  return { name: name as FailpointName, hit: Number(hit), signal: SIGNALS[fate as keyof typeof SIGNALS] };
}
