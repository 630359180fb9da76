import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf, rowsOf, type Session } from '../../placement/place';
import { processesAt } from './processes';

const LOOK_MS = 200;
const TAKEN_UP_WITHIN_MS = 30_000;

export interface StandByRequest {
  /** How long a process is waited for. */
  standByMs: number;
  /** The command that starts one, for people. */
  howToStandBy: string;
  log: (line: string) => void;
}

/** Who will hand the module over, and who takes it. */
export interface Standby {
  /** Processes at the old place that let the module go by themselves. */
  lettingGo: number;
  /** A process waits at the new place. */
  stoodBy: boolean;
}

/** Says which sessions at the old place nobody will end by himself. */
export async function tellOfOthers(from: Session, log: (line: string) => void): Promise<void> {
  const { others } = await processesAt(from);
  if (others > 0)
    log(
      `${others} sessions in ${nameOf(from.place)} belong to nobody who lets the module go by himself (a process without NATS_URL): they will be shut out`,
    );
}

/**
 * Makes sure that somebody takes the module up at the new place, before anybody lets it go at the old one. Where no running process is
 * affected, nobody is waited for. Throws when nobody comes; nothing has happened to the module then.
 */
export async function awaitStandBy(from: Session, to: Session, { standByMs, howToStandBy, log }: StandByRequest): Promise<Standby> {
  const { hosting } = await processesAt(from);
  const standsBy = async (): Promise<boolean> => (await processesAt(to)).following.length > 0;
  if (hosting.length === 0) return { lettingGo: 0, stoodBy: await standsBy() };
  if (!(await standsBy())) log(`waiting for a process that takes ${from.module} up in ${nameOf(to.place)}. Start one:\n  ${howToStandBy}`);
  for (const deadline = Date.now() + standByMs; !(await standsBy()); await sleep(LOOK_MS)) {
    if (Date.now() < deadline) continue;
    throw new Error(
      `${from.module} is hosted by ${hosting.length} running ${hosting.length === 1 ? 'process' : 'processes'}, and nobody stands by to take it up in ${nameOf(to.place)}. ` +
        `It lives in ${nameOf(from.place)} as before. Start a process there, and run the same command again:\n  ${howToStandBy}\n` +
        'Or undo what was prepared with --rollback.',
    );
  }
  return { lettingGo: hosting.length, stoodBy: true };
}

/** Resolves when a process works with the module at its new place, to whether one does. */
export async function takenUp(to: Session): Promise<boolean> {
  for (const deadline = Date.now() + TAKEN_UP_WITHIN_MS; ; await sleep(LOOK_MS)) {
    // Who stands by has a broker, and with one whoever hosts a module carries its log there.
    const [relay] = await rowsOf<{ owned: boolean }>(to, 'select owner is not null as owned from log_relay');
    if (relay?.owned) return true;
    if (Date.now() > deadline) return false;
  }
}
