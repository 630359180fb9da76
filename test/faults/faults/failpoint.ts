import { setTimeout as sleep } from 'node:timers/promises';
import { type FailpointName, FAILPOINTS } from '../../../src/platform/kernel/failpoints';
import type { Fault, FaultHostOptions, Scene } from '../fault';
import type { FailpointDemand } from '../instruments/failpoint-on-demand';
import { curePoisonedNews, poisonNews } from '../instruments/poisoned-news';
import { answerCommands, leaveCommandsUnanswered, letDeadlinePass } from '../instruments/unanswered-commands';
import type { HostProcess } from '../../support/host-process';
import { DidNotBite } from './bitten';
import { laneGroups } from '../stage/lane-groups';
import { untilUp } from '../patience/wait';
import type { Stage } from '../stage/stage';
import { machine } from '../patience/machine-speed';

const ON_DEMAND: FaultHostOptions = {
  settings: { NODE_ENV: 'test' },
  preload: ['dist/test/faults/instruments/failpoint-on-demand.js'],
  withChannel: true,
};
/** How often the process is started anew for it, and may die before it is ready. */
const FROM_THE_START = 0.25;
/** Hardly reached later. */
const AT_THE_START: readonly FailpointName[] = ['lease.taken'];
const HIT_WITHIN_MS = 30_000;
const SHARED_WITHIN_MS = 20_000;
/**
 * Never the same time twice: processes look at regular intervals, and one of them would always be the first.
 */
const BETWEEN_DEADLINES_MS: readonly [least: number, most: number] = [1_000, 2_000];

/**
 * What has to go wrong for a failpoint to be reached. `goOn` is called again and again until the process has
 * died.
 */
interface Circumstance {
  begin(stage: Stage): Promise<unknown>;
  goOn?(scene: Scene): Promise<unknown>;
  end(stage: Stage): Promise<unknown>;
}

const failures: Circumstance = { begin: poisonNews, end: curePoisonedNews };
const CIRCUMSTANCES: Partial<Record<FailpointName, Circumstance>> = {
  'unit-of-work.before-rollback': failures,
  'message.held': failures,
  'message.released': failures,
  'deadline.fired': {
    begin: leaveCommandsUnanswered,
    // One at a time: with two processes either may be the one that looks.
    goOn: async ({ stage, random }) => {
      const [least, most] = BETWEEN_DEADLINES_MS;
      await letDeadlinePass(stage);
      await sleep(least + random() * (most - least));
    },
    end: answerCommands,
  },
};

/** How often a process is sure to come by during a load that it shares with another process; default 4. */
const SURE_HITS: Partial<Record<FailpointName, number>> = {
  'unit-of-work.before-append': 20,
  'unit-of-work.before-commit': 40,
  'unit-of-work.after-commit': 40,
  'batch.before-begin': 20,
  'position.before-move': 20,
  'position.after-move': 20,
  'position.before-commit': 20,
  'position.after-commit': 20,
  'tick.before': 100,
  'tick.after': 100,
  'window.read': 20,
  'lease.taken': 2,
  'lease.renewed': 4,
  'message.held': 1,
  'message.released': 1,
  'job.claimed': 2,
  'job.performed': 2,
  'job.completed': 2,
  'deadline.fired': 1,
  'saga.saved': 15,
};

/**
 * Goes round the failpoints given, one in each trial, with another process in each round unless `victimOf`
 * chooses one.
 */
export function dyingAt(
  names: readonly FailpointName[],
  victimOf?: (scene: Scene) => HostProcess,
): Pick<Fault, 'prepare' | 'inject' | 'host'> {
  const chosen = (
    scene: Scene,
  ): { name: FailpointName; victim: HostProcess; circumstance?: Circumstance } => {
    const { trial, stage } = scene;
    const name = names[trial % names.length];
    const inTurn = (trial + Math.floor(trial / names.length)) % stage.hosts.length;
    return { name, victim: victimOf?.(scene) ?? stage.hosts[inTurn], circumstance: CIRCUMSTANCES[name] };
  };
  return {
    host: ON_DEMAND,
    async prepare(scene) {
      const { stage, random } = scene;
      const { name, victim, circumstance } = chosen(scene);
      const hit = 1 + Math.floor(random() * (SURE_HITS[name] ?? 4));
      const demand: FailpointDemand = { failpoint: `${name}:${hit}` };
      const fromTheStart = random() < FROM_THE_START || AT_THE_START.includes(name);
      await circumstance?.begin(stage);
      if (fromTheStart) await startAnew(stage, victim, demand);
      await untilItHasWork(stage, victim);
      if (!fromTheStart) await victim.ask(demand);
    },
    async inject(scene) {
      const { name, victim, circumstance } = chosen(scene);
      try {
        const isOver = machine.within(HIT_WITHIN_MS);
        while (victim.runs) {
          if (isOver()) throw new DidNotBite(`the failpoint ${name} was not reached`);
          await (circumstance?.goOn?.(scene) ?? sleep(5));
        }
      } finally {
        await circumstance?.end(scene.stage);
        await victim.kill();
        victim.launch();
      }
      return performance.now();
    },
  };
}

/** It may die before it is ready; who sends requests meanwhile sends them again. */
async function startAnew(stage: Stage, victim: HostProcess, { failpoint }: FailpointDemand): Promise<void> {
  await victim.kill();
  victim.launch({ FAILPOINT: failpoint });
  await untilUp(stage, [victim]).catch(() => undefined);
}

/**
 * Waits until the other processes have made room for it; how much it meets in the load would be up to them
 * otherwise.
 */
async function untilItHasWork(stage: Stage, victim: HostProcess): Promise<void> {
  const isOver = machine.within(SHARED_WITHIN_MS);
  while (victim.runs && !isOver()) {
    const owners = new Set((await laneGroups(stage)).map(({ owner }) => owner));
    if (!owners.has(null) && owners.size >= stage.hosts.length) return;
    await sleep(20);
  }
}

export const failpoint: Fault = {
  name: 'failpoint',
  sentence: 'a process kills itself at a named point of its code, each point in turn',
  ...dyingAt(Object.keys(FAILPOINTS) as FailpointName[]),
};
