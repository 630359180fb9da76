import { failpoint } from '../kernel/failpoints';
import type { CopyProgress } from './copy/copy';
import { type CopiedAhead, copyAhead, copyRemaining } from './copy/copy-ahead';
import type { CopyMethod } from './copy/copy-method';
import { raiseFence } from './fence/fence';
import { sealLog } from './database/seal-log';
import { requestRelease, type Release } from './hand-over/release';
import { underMoveLock, underMoveLockAt } from './move-lock';
import { beginNewGeneration } from './new-generation';
import {
  inTransaction,
  nameOf,
  type DatabaseTarget,
  type Session,
  withSession,
} from '../placement/database-target';
import { abandonPlacement, openPlacement } from '../placement/placement';
import type { Reader } from './reconcile/positions';
import { requireNothingMade } from './plan/schema-drift';
import { type Prepared, prepareTarget } from './prepare-target';
import {
  type Known,
  lookBeforehand,
  type OldAndNew,
  type Reconciliation,
  reconcile,
} from './reconcile/reconcile';
import {
  beginMove,
  factsOf,
  type Move,
  findMove,
  recordStep,
  setMoveState,
  moveStateOf,
} from './database/move-journal';
import { describeDifferences } from './reconcile/report';
import { awaitStandby, type StandbyResult, isTakenOver, reportOtherSessions } from './hand-over/standby';
import { decideMove, type Way } from './whereabouts/decide';
import { inspectTarget, placementRecordOf } from './whereabouts/inspect-target';
import { recordFinishedMoves } from './whereabouts/record-finished-moves';
import { whereabouts } from './whereabouts/whereabouts';

export interface MoveRequest {
  module: string;
  source: DatabaseTarget;
  target: DatabaseTarget;
  /** The other modules whose subscriptions may read the log. */
  readers: readonly Reader[];
  /** Those whose databases are not known here. */
  notLookedAt: readonly string[];
  /** How long the fence waits for writing sessions before it disconnects them, milliseconds. */
  patienceMs: number;
  /**
   * How long a process is waited for that takes the module up at the new place, where running ones are to let
   * it go.
   */
  standbyMs: number;
  /** The command that starts such a process, for people. */
  standbyCommand: string;
  /** How the rows are copied. Undefined: by replication where both servers allow it. */
  copy?: CopyMethod;
  /** Throws when the move cannot work. Asked once, before anything is done. */
  check: () => Promise<void>;
  log: (line: string) => void;
  progress: CopyProgress;
}

/**
 * The module is where it is to go, and no move from the place that was named has brought it: there is no
 * report of one.
 */
export class AlreadyThere extends Error {}

/**
 * Moves a module's data and log to another place: all of it or nothing. Every step is written down in the old
 * place, so that the same request goes on where one was killed or failed. Resolves to what was compared
 * before the new place was opened; asked again when the module is there, to the same. Throws where the module
 * would not be in its target then, and says where it is.
 */
export async function moveModule(request: MoveRequest): Promise<Reconciliation> {
  const { module, source, target } = request;
  const way: Way = { module, source: nameOf(source), target: nameOf(target) };
  const first = decideMove(
    whereabouts(await inspectTarget(source, module), await inspectTarget(target, module)),
    way,
  );
  if (first.do === 'refuse') throw new Error(first.because);
  if (first.do === 'report' && first.move === undefined) throw alreadyThere(way);
  return withSession(source, module, (from) =>
    underMoveLock(from, () =>
      underMoveLockAt(target, module, async () => {
        const found = whereabouts(await placementRecordOf(from), await inspectTarget(target, module));
        await recordFinishedMoves(found, from, target);
        const decision = decideMove(found, way);
        if (decision.do === 'refuse') throw new Error(decision.because);
        if (decision.do === 'report') return reportOf(from, decision.move, request);
        return travel(from, request, decision.do === 'resume' ? decision.move : undefined);
      }),
    ),
  );
}

/** Takes the steps that are left of a move that was begun, or of a new one. */
async function travel(
  from: Session,
  request: MoveRequest,
  begun: string | undefined,
): Promise<Reconciliation> {
  const { module, target, log } = request;
  const move = await continuedOrBegun(from, request, begun);
  if (move.state === 'running') {
    const steps = new Steps(from, move, log);
    const prepared = await steps.take<Prepared>('prepare', () =>
      prepareTarget({ source: from, target, move, log }),
    );
    await withSession(target, module, async (to) => {
      await moveData(request, steps, prepared, from, to);
      await requireKnown(to, move);
    });
    await giveUp(from, move);
  }
  failpoint('move.switched');
  await withSession(target, module, (to) => open(to, move));
  failpoint('move.opened');
  await setMoveState(from, move, 'done');
  failpoint('move.done');
  log(`${module} lives in ${nameOf(target)} now`);
  await reportTakeover(from, move, request);
  return (await factsOf<Reconciliation>(from, move, RECONCILE))!;
}

/** What was compared when a module came to where it is. */
async function reportOf(
  from: Session,
  move: string | undefined,
  { module, source, target, log }: MoveRequest,
): Promise<Reconciliation> {
  const facts = move === undefined ? undefined : await factsOf<Reconciliation>(from, { move }, RECONCILE);
  if (!facts) throw alreadyThere({ module, source: nameOf(source), target: nameOf(target) });
  log(`${module} has lived in ${nameOf(target)} since this move was done`);
  return facts;
}

const alreadyThere = ({ module, source, target }: Way): AlreadyThere =>
  new AlreadyThere(
    `${module} lives in ${target} already, and it was no move from ${source} that brought it there.`,
  );

const RECONCILE = 'reconcile';
const STAND_BY = 'stand by';
/** Longer than it takes to finish a request or a batch of messages. */
const LET_GO_WITHIN_MS = 10_000;

async function moveData(
  request: MoveRequest,
  steps: Steps,
  { inventory }: Prepared,
  from: Session,
  to: Session,
): Promise<void> {
  const { target, patienceMs, readers, notLookedAt, copy: wish, progress, log } = request;
  const { move } = steps;
  const copying = { source: from, target: to, move, wish, log, progress };
  let known: OldAndNew<Known> | undefined;
  await steps.take<StandbyResult>(STAND_BY, async () => {
    await reportOtherSessions(from, log);
    return awaitStandby(from, to, request);
  });
  const beforehand = await steps.take<CopiedAhead>('copy beforehand', async () => {
    const copied = await copyAhead(copying);
    if (copied.method === 'replication') known = await lookBeforehand(from, to);
    return copied;
  });
  await steps.take<Release>('let go', async () => {
    // Copying may have taken hours, and the standby may have stopped.
    await awaitStandby(from, to, request);
    return requestRelease(from, nameOf(target), LET_GO_WITHIN_MS, log);
  });
  await steps.take('fence', async () => {
    await raiseFence(from, nameOf(target), patienceMs);
    return {};
  });
  const ends = await steps.take('last tick', () => sealLog(from));
  await steps.take('copy', () => copyRemaining(copying, beforehand));
  await steps.take('new generation', () => beginNewGeneration(to, move));
  await steps.take<Reconciliation>(RECONCILE, async () => {
    // In a session of its own, beside the comparison: requests wait for both.
    const [compared] = await Promise.all([
      reconcile({ source: from, target: to, ends, readers, known }),
      inventory &&
        withSession(from.database, from.module, (session) => requireNothingMade(session, inventory)),
    ]);
    const result = {
      ...compared,
      places: [move.source, move.target] as const,
      notLookedAt: [...notLookedAt, ...compared.notLookedAt],
    };
    if (!result.same) throw new Error(describeDifferences(result));
    return result;
  });
}

/** The point of no return: one commit in the old place decides. */
async function giveUp(from: Session, move: Move): Promise<void> {
  await inTransaction(from, async () => {
    await abandonPlacement(from);
    await setMoveState(from, move, 'switched');
    failpoint('move.before-switch');
  });
  move.state = 'switched';
}

async function open(to: Session, move: Move): Promise<void> {
  if ((await moveStateOf(to, move)) === 'done') return;
  await requireKnown(to, move);
  await inTransaction(to, async () => {
    await openPlacement(to);
    await setMoveState(to, move, 'done');
    failpoint('move.before-open');
  });
}

/** Another move may have taken the new place meanwhile. */
async function requireKnown(to: Session, move: Move): Promise<void> {
  if ((await moveStateOf(to, move)) === 'running') return;
  throw new Error(
    `${nameOf(to.database)} does not know of this move of ${to.module} any more: it was replaced, or given to another move.`,
  );
}

/**
 * Only where a standby waited for the module: it may have been moved while all its processes were stopped.
 */
async function reportTakeover(
  from: Session,
  move: Move,
  { module, target, log, standbyCommand }: MoveRequest,
): Promise<void> {
  if (!(await factsOf<StandbyResult>(from, move, STAND_BY))?.stoodBy) return;
  const isUp = await withSession(target, module, isTakenOver);
  log(
    isUp
      ? `a process has taken ${module} up in ${nameOf(target)}`
      : `no process has taken ${module} up in ${nameOf(target)} yet. Look what the one there says that stood by, or start another one:\n  ${standbyCommand}`,
  );
}

async function continuedOrBegun(
  from: Session,
  { module, target, check, log }: MoveRequest,
  begun: string | undefined,
): Promise<Move> {
  const known = begun === undefined ? undefined : await findMove(from, begun);
  if (known) {
    log(`going on with the move of ${module} to ${known.target}`);
    return known;
  }
  await check();
  const move = await beginMove(from, target);
  failpoint('move.begun');
  return move;
}

/** The steps of a move, each of which is taken once. */
class Steps {
  constructor(
    private readonly from: Session,
    readonly move: Move,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * What a step has left behind; runs it unless that is known already. A step that was cut short runs again.
   */
  async take<Facts extends object>(name: string, run: () => Promise<Facts>): Promise<Facts> {
    const known = await factsOf<Facts>(this.from, this.move, name);
    if (known) return known;
    this.log(`${name} ...`);
    failpoint('move.step-begins');
    const facts = await run();
    failpoint('move.step-done');
    await recordStep(this.from, this.move, name, facts);
    return facts;
  }
}
