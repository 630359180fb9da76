import { setTimeout as sleep } from 'node:timers/promises';
import { allChecks } from './checks/all-checks';
import type { Violation } from './checks/check';
import { nothingIsStuck } from './checks/i6-nothing-is-stuck';
import { uneven } from './checks/reactions';
import type { Fault } from './fault';
import { DidNotBite } from './faults/bitten';
import { Violated } from './faults/violated';
import { Load } from './load/load';
import { Loads } from './load/loads';
import { respelling } from './load/respelling';
import { RigClient } from './load/rig-client';
import { REST, untilQuiet } from './patience/limits';
import type { Patience } from './patience/patience';
import { untilUp, Wait } from './patience/wait';
import type { SetStage } from './set-stage';
import { seededRandom } from './stage/seeded-random';

const LOOKS_EVERY_MS = 50;

export interface TrialOptions {
  readonly set: SetStage;
  readonly fault: Pick<Fault, 'prepare' | 'inject' | 'lasting' | 'respells'>;
  readonly seed: number;
  /** Counts the trials of the row from 0. */
  readonly trial: number;
  /** How often the trial was played before without the fault hitting anything. */
  readonly attempt?: number;
  /** Waits no longer for rest when nothing has happened for so long: where it is expected never to come. */
  readonly quietMs?: number;
}

export interface TrialResult {
  readonly violations: readonly Violation[];
  /** What the fault should have hit and did not; then the trial has proved nothing. */
  readonly missed?: DidNotBite;
  /** From the end of the fault until every process took requests again, and until nothing moved any more. */
  readonly readyMs: number;
  readonly restMs: number;
  /** What took longer than a machine of normal speed may, on one that is slower: no violation, and told. */
  readonly late: readonly Late[];
  /** What else was measured, in milliseconds. */
  readonly measured: ReadonlyMap<string, number>;
}

/** Something that came, but late. */
export interface Late {
  readonly what: 'ready' | 'at rest';
  readonly ms: number;
  /** How many times longer things took meanwhile than on a machine of normal speed. */
  readonly slowness: number;
}

/**
 * Plays a load, breaks something meanwhile, waits until everything has come to rest, and checks everything
 * that was ever promised on the stage.
 */
export async function playTrial({
  set,
  fault,
  seed,
  trial,
  attempt = 0,
  quietMs,
}: TrialOptions): Promise<TrialResult> {
  const { stage, shop, record } = set;
  const [forLoad, forFault] = [seededRandom(seed), seededRandom(seed + 1)];
  const client = new RigClient(
    await stage.address(),
    fault.respells ? respelling(seededRandom(seed + 1)) : undefined,
  );
  const measured = new Map<string, number>();
  const scene = {
    stage,
    record,
    trial,
    random: forFault,
    measure: (what: string, ms: number) => void measured.set(what, ms),
  };
  const violations: Violation[] = [];
  let missed: DidNotBite | undefined;
  const failed = (error: Error): number => {
    if (error instanceof DidNotBite) missed = error;
    else
      violations.push({ invariant: error instanceof Violated ? error.invariant : 'I7', what: error.message });
    return performance.now();
  };
  const name = `t${set.trials}${'r'.repeat(attempt)}`;
  const loads = new Loads(
    (nth) => new Load(stage, client, shop, record, forLoad, nth === 0 ? name : `${name}.${nth}`),
    fault.lasting === true,
  );
  await fault.prepare?.(scene).catch(failed);
  const playing = loads.play();
  try {
    const healedAt = await fault.inject(scene).catch(failed);
    loads.end();
    const since = (): number => performance.now() - healedAt;
    const late: Late[] = [];
    const note = (what: Late['what'], ms: number, { isLate, slowness }: Patience): void =>
      void (isLate && late.push({ what, ms: Math.round(ms), slowness: Number(slowness.toFixed(2)) }));
    await untilUp(stage).then(
      (patience) => note('ready', since(), patience),
      (error: Error) => violations.push({ invariant: 'I7', what: error.message }),
    );
    const readyMs = since();
    let played = false;
    void playing.then(() => (played = true));
    const wait = new Wait(stage, quietMs === undefined ? REST : untilQuiet(quietMs));
    let atRest = false;
    while (!(atRest = played && !(await isMoving(set))) && !(await wait.isOver()))
      await sleep(LOOKS_EVERY_MS);
    const restMs = since();
    if (atRest) note('at rest', restMs, wait.patience);
    if (!played)
      violations.push({
        invariant: 'I6',
        what: `the load had not ended ${Math.round(restMs)} ms after healing, ${Math.round(restMs - readyMs)} ms after every process was up, ${wait.patience.described}`,
      });
    if (fault.lasting) scene.measure('longest request', client.longestMs);
    for (const { invariant, find } of allChecks)
      violations.push(...(await find(stage, record)).map((what) => ({ invariant, what })));
    return { violations, missed, readyMs, restMs, late, measured };
  } finally {
    await loads.stop();
    await playing;
  }
}

const isMoving = async ({ stage, record }: SetStage): Promise<boolean> =>
  (await nothingIsStuck.find(stage, record)).length > 0 ||
  (await uneven(stage)).some(({ messages, effects }) => effects < messages);
