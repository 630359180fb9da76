import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf, rowsOf, type Session } from '../../placement/database-target';
import { processesAt } from './processes';

const LOOK_MS = 200;
const TAKEN_UP_WITHIN_MS = 30_000;

export interface StandbyOptions {
  /** How long to wait for a standby process, milliseconds. */
  standbyMs: number;
  /** The command that starts one, for people. */
  standbyCommand: string;
  log: (line: string) => void;
}

/** The processes that will release the module, and whether one waits to take it over. */
export interface StandbyResult {
  /** Processes at the old place that let the module go by themselves. */
  lettingGo: number;
  /** A process waits at the new place. */
  stoodBy: boolean;
}

/** Reports sessions at the source that do not follow the move: the fence will shut them out. */
export async function reportOtherSessions(from: Session, log: (line: string) => void): Promise<void> {
  const { others } = await processesAt(from);
  if (others > 0)
    log(
      `${others} sessions in ${nameOf(from.database)} belong to processes that do not let the module go by themselves (they have no NATS_URL): they will be shut out`,
    );
}

/**
 * Waits for a standby process at the target before a process at the source releases the module. Does not wait
 * when no running process hosts it. Throws on timeout; the module is unchanged then.
 */
export async function awaitStandby(
  from: Session,
  to: Session,
  { standbyMs, standbyCommand, log }: StandbyOptions,
): Promise<StandbyResult> {
  const { hosting } = await processesAt(from);
  const standsBy = async (): Promise<boolean> => (await processesAt(to)).following.length > 0;
  if (hosting.length === 0) return { lettingGo: 0, stoodBy: await standsBy() };
  if (!(await standsBy()))
    log(
      `waiting for a process that takes ${from.module} up in ${nameOf(to.database)}. Start one:\n  ${standbyCommand}`,
    );
  for (const deadline = Date.now() + standbyMs; !(await standsBy()); await sleep(LOOK_MS)) {
    if (Date.now() < deadline) continue;
    throw new Error(
      `${from.module} is hosted by ${hosting.length} running ${hosting.length === 1 ? 'process' : 'processes'}, and no process stands by to take it up in ${nameOf(to.database)}. ` +
        `It lives in ${nameOf(from.database)} as before. Start a process there, and run the same command again:\n  ${standbyCommand}\n` +
        'Or undo what was prepared with --rollback.',
    );
  }
  return { lettingGo: hosting.length, stoodBy: true };
}

/** Whether a process at the target has taken the module over; waits up to 30 s. */
export async function isTakenOver(to: Session): Promise<boolean> {
  for (const deadline = Date.now() + TAKEN_UP_WITHIN_MS; ; await sleep(LOOK_MS)) {
    // A standby has a broker, and a process with a broker relays the log of each module that it hosts.
    const [relay] = await rowsOf<{ owned: boolean }>(to, 'select owner is not null as owned from log_relay');
    if (relay?.owned) return true;
    if (Date.now() > deadline) return false;
  }
}
