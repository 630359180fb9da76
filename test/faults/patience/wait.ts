import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '../../support/host-process';
import type { Stage } from '../stage/stage';
import { Advance } from './advance';
import { type Figures, startsMade, workDone } from './figures';
import { READY } from './limits';
import { machine } from './machine-speed';
import { type Limits, Patience } from './patience';

/** Figures are asked for no more often, so that looking on does not slow down what is looked at. */
const LOOKS_APART_MS = 500;

/** Waits with patience for what the stage is to do. */
export class Wait {
  readonly patience: Patience;
  private readonly advance = new Advance();
  private lookedAt = -Infinity;

  constructor(
    private readonly stage: Stage,
    limits: Limits,
    private readonly figures: (stage: Stage) => Promise<Figures> = workDone,
  ) {
    this.patience = new Patience(limits, machine);
  }

  /** Whether what has not come by now is not coming; to be asked again and again. */
  async isOver(): Promise<boolean> {
    if (performance.now() - this.lookedAt < LOOKS_APART_MS) return false;
    this.lookedAt = performance.now();
    // A database that cannot be asked has not moved.
    const figures = await this.figures(this.stage).catch(() => []);
    return this.patience.isOver(this.advance.note(figures));
  }
}

/**
 * Starts processes and waits until each takes requests, to the wait that it took; rejects when one ended, or
 * neither comes up nor gets anywhere.
 */
export async function untilUp(stage: Stage, hosts: readonly HostProcess[] = stage.hosts): Promise<Patience> {
  const wait = new Wait(stage, READY, startsMade);
  await Promise.all(hosts.map((host) => host.untilReady(() => wait.isOver())));
  return wait.patience;
}

/**
 * Resolves when the condition holds, to true, or to false when so much time has passed on a machine of normal
 * speed.
 */
export async function holdsWithin(
  ms: number,
  condition: () => Promise<boolean>,
  pauseMs = 50,
): Promise<boolean> {
  const isOver = machine.within(ms);
  while (!(await condition())) {
    if (isOver()) return false;
    await sleep(pauseMs);
  }
  return true;
}
