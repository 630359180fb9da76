import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uneven } from '../checks/reactions';
import type { Fault } from '../fault';
import { SWALLOW_CURE, swallowedId } from '../instruments/swallowed';
import { writeFromManySides } from '../load/foreign-writers';
import { holdsWithin } from '../patience/wait';
import { bitten } from './bitten';
import { deferredMessages, redriveUntilNothingIsHeld } from './redrive';
import { Violated } from './violated';

const SWALLOWED = 'SWALLOWED';
const OTHERS_WITHIN_MS = 20_000;

/**
 * The transaction can do nothing more, which looks like a failure of the surroundings and is one of the
 * handler.
 */
export const errorsSwallowed: Fault = {
  name: 'errors-swallowed',
  sentence:
    'handlers catch the error of a statement of their own and go on; what fails by that must not hold up other messages',
  alike: true,
  host: { preload: ['dist/test/faults/instruments/swallowing-handlers.js'] },
  async inject(scene) {
    const { stage, trial } = scene;
    const cure = join(stage.dataDir, SWALLOW_CURE);
    await rm(cure, { force: true });
    try {
      await writeFromManySides(scene, {
        messages: 4,
        writers: 1,
        longestPauseMs: 20,
        rolledBack: 0,
        apart: SWALLOWED,
        nextId: swallowedId,
      });
      await writeFromManySides(scene, { messages: 60, writers: 4, longestPauseMs: 10 });
      const waiting = async (): Promise<string[]> =>
        (await uneven(stage))
          .filter(
            ({ key, messages, effects }) =>
              key.startsWith(`RIG-${trial}-`) && !key.includes(SWALLOWED) && effects < messages,
          )
          .map(({ subscription, key }) => `${subscription} with ${key}`);
      if (!(await holdsWithin(OTHERS_WITHIN_MS, async () => (await waiting()).length === 0)))
        throw new Violated(
          'I6',
          `messages of other keys wait for one whose handler swallowed an error: ${(await waiting()).slice(0, 3).join(', ')}`,
        );
      bitten((await deferredMessages(stage)).length, 'no message was set aside');
    } finally {
      await writeFile(cure, '');
    }
    await redriveUntilNothingIsHeld(stage);
    return performance.now();
  },
};
