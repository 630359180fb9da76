import { setTimeout as sleep } from 'node:timers/promises';
import type { Direction } from '../../../src/platform/extraction/move.cli';
import type { HostProcess } from '../../support/host-process';
import { described, type MoveRun } from '../../support/mover';
import type { Fault, Scene } from '../fault';
import { bitten } from './bitten';

const VICTIMS = ['tool', 'old', 'new'] as const;
/** What the tool says when it begins with a step, and at the end. */
const STEPS = [
  'prepare ...',
  'copy beforehand ...',
  'stand by ...',
  'let go ...',
  'fence ...',
  'last tick ...',
  'copy ...',
  'new generation ...',
  'reconcile ...',
  'shipping lives in',
];
const LONGEST_INTO_STEP_MS = 400;
/** The command finishes what was cut short; once more when a process was away just then. */
const MOST_RUNS = 4;

/**
 * Requests wait for as long as it takes, nothing is lost, nothing happens twice, and the same command
 * finishes what was cut short.
 */
export const liveMoves: Fault = {
  name: 'live-moves',
  sentence:
    'shipping is extracted and absorbed in turn under load, while the tool, the old or the new process is killed with -9 at a random step',
  lasting: true,
  async inject(scene) {
    const { stage, random, trial, measure } = scene;
    const direction = await nextDirection(scene);
    const [old, next] = direction === 'extract' ? stage.hosts : [...stage.hosts].reverse();
    const victim = VICTIMS[Math.floor(trial / 2) % VICTIMS.length];
    const step = STEPS[Math.floor(random() * STEPS.length)];
    const afterMs = random() * LONGEST_INTO_STEP_MS;
    let killed = 0;
    let killing: Promise<void> = Promise.resolve();
    const kill = async (): Promise<void> => {
      await sleep(afterMs);
      killed += 1;
      if (victim === 'tool') return stage.mover.kill();
      await killAndLaunch(victim === 'old' ? old : next);
    };
    const begunAt = performance.now();
    const runs = [
      await stage.mover.run(direction, {
        onLine: (line) => void (line.startsWith(step) && (killing = kill())),
      }),
    ];
    await killing;
    while (runs.at(-1)?.code !== 0 && runs.length < MOST_RUNS) runs.push(await stage.mover.run(direction));
    const endedAt = performance.now();
    if (runs.at(-1)?.code !== 0)
      throw new Error(`The ${direction} did not come to its end:\n${runs.map(described).join('\n')}`);
    bitten(killed, `the ${direction} never said "${step}"`);
    measure('move', endedAt - begunAt);
    measure('fence', fencedFor(runs));
    return performance.now();
  },
};

/** Where shipping does not live now. */
export async function nextDirection({ stage }: Scene): Promise<Direction> {
  const [home] = stage.places;
  const [{ state }] = await home.ask<{ state: string }>('select state from shipping.placement');
  return state === 'moved' ? 'absorb' : 'extract';
}

async function killAndLaunch(host: HostProcess): Promise<void> {
  await host.kill();
  host.launch();
}

/** From when the fence is about to go up until the module is open in its new place, over all runs. */
function fencedFor(runs: readonly MoveRun[]): number {
  const lines = runs.flatMap((run) => run.lines);
  const from = lines.find(({ text }) => text.startsWith('fence ...'));
  const until = lines.find(({ text }) => / lives in .* now$/.test(text));
  return from && until ? until.at - from.at : Number.NaN;
}
