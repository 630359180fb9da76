import type { Direction } from '../../../src/platform/extraction/move.cli';
import { type FailpointName, MOVE_FAILPOINTS } from '../../../src/platform/kernel/failpoints';
import { described, type MoveRun } from '../../support/mover';
import type { Stage } from '../stage/stage';
import type { Fault } from '../fault';
import { bitten } from './bitten';
import { nextDirection } from './live-moves';
import { Violated } from './violated';

const POINTS = Object.keys(MOVE_FAILPOINTS) as FailpointName[];
/** How often a move is sure to come by; once where nothing is said. */
const SURE_HITS: Partial<Record<FailpointName, number>> = {
  'move.step-begins': 9,
  'move.step-done': 9,
  'move.table-copied': 6,
};
const MOST_RUNS = 5;

/**
 * An error is not a kill: the tool goes on to its end and says what has happened. What it says must be so.
 */
export const moveErring: Fault = {
  name: 'move-erring',
  sentence:
    'shipping is extracted and absorbed in turn under load, the tool fails with an error at a random step, and the same command is given again',
  lasting: true,
  async inject(scene) {
    const { stage, random } = scene;
    const direction = await nextDirection(scene);
    const point = POINTS[Math.floor(random() * POINTS.length)];
    const failpoint = `${point}:${1 + Math.floor(random() * (SURE_HITS[point] ?? 1))}:throw`;
    const runs = [await stage.mover.run(direction, { settings: { NODE_ENV: 'test', FAILPOINT: failpoint } })];
    bitten(
      Number(runs[0].lines.some(({ text }) => text.includes('has thrown'))),
      `the ${direction} never came to ${failpoint}`,
    );
    // The operator may change direction: either way, a command that reports success has done what it says.
    if (random() < 0.5) {
      const other = direction === 'extract' ? 'absorb' : 'extract';
      runs.push(await stage.mover.run(other));
      if (runs[1].code === 0) await requireThere(stage, other, runs);
    }
    do runs.push(await stage.mover.run(direction));
    while (runs.at(-1)?.code !== 0 && runs.length < MOST_RUNS);
    if (runs.at(-1)?.code !== 0)
      throw new Error(`The ${direction} did not come to its end:\n${runs.map(described).join('\n')}`);
    await requireThere(stage, direction, runs);
    return performance.now();
  },
};

async function requireThere(stage: Stage, direction: Direction, runs: readonly MoveRun[]): Promise<void> {
  const [{ state }] = await stage.places[0].ask<{ state: string }>('select state from shipping.placement');
  const [away] = await stage.places[1].ask<{ state: string }>('select state from shipping.placement');
  const isThere =
    direction === 'extract'
      ? state === 'moved' && away?.state === 'active'
      : state === 'active' && away?.state !== 'active';
  if (!isThere)
    throw new Violated(
      'I7',
      `the ${direction} said that it was done, and shipping is ${state} at home and ${away?.state} elsewhere:\n${runs.map(described).join('\n')}`,
    );
}
