import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { DidNotBite } from './bitten';
import type { Fault } from '../fault';
import { POISON_CURE, POISON_LOG, POISONED, poisonOf, POISONS } from '../instruments/poison';
import { writeFromManySides } from '../load/foreign-writers';
import type { Stage } from '../stage/stage';
import { deferredMessages, redriveUntilNothingIsHeld } from './redrive';
import { machine } from '../patience/machine-speed';

/** In each trial. */
const FOREIGN_MESSAGES = 300;
const POISONED_WITHIN_MS = 20_000;

/**
 * Handlers fail for a while, hang, go on after their time, or fail for ever, until an operator has had the
 * cause mended and redrives.
 */
export const messagesPoisoned: Fault = {
  name: 'messages-poisoned',
  sentence: `handlers throw, hang and come late at ${POISONED * 100} % of the messages; what was parked is redriven with npm run ops`,
  host: { preload: ['dist/test/faults/instruments/poisoned-handlers.js'] },
  trialsPerStage: 10,
  async inject(scene) {
    const { stage } = scene;
    const [log, cure] = [POISON_LOG, POISON_CURE].map((name) => join(stage.dataDir, name));
    await rm(log, { force: true });
    await rm(cure, { force: true });
    await writeFromManySides(scene, { messages: FOREIGN_MESSAGES, writers: 8, longestPauseMs: 20 });
    // Whatever chance did.
    await writeFromManySides(scene, {
      messages: POISONS.length,
      writers: 1,
      longestPauseMs: 20,
      rolledBack: 0,
      nextId: poisonedIds(),
      apart: 'POISONED',
    });
    await untilBitten(stage, log);
    await writeFile(cure, '');
    await redriveUntilNothingIsHeld(stage);
    return performance.now();
  },
};

/** Ids that carry one poison after the other. */
function poisonedIds(): () => string {
  let next = 0;
  return () => {
    const wanted = POISONS[next++ % POISONS.length];
    for (;;) {
      const id = uuidv7();
      if (poisonOf(id) === wanted) return id;
    }
  };
}

/** Waits until each poison had its effect and something is parked. */
async function untilBitten(stage: Stage, log: string): Promise<void> {
  const isOver = machine.within(POISONED_WITHIN_MS);
  for (;;) {
    const done = await readFile(log, 'utf8').catch(() => '');
    const missing = POISONS.filter((poison) => !done.includes(poison));
    const parked = (await deferredMessages(stage)).filter(({ state }) => state === 'parked').length;
    if (missing.length === 0 && parked > 0) return;
    if (isOver())
      throw new DidNotBite(
        `${parked} messages are parked, and no handler met ${missing.join(', ') || 'only this'}`,
      );
    await sleep(50);
  }
}
