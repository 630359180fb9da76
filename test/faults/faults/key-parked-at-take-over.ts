import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { laneOf } from '../../../src/platform/unit-of-work/outbox';
import type { Fault, Scene } from '../fault';
import { POISON_CURE, poisonOf } from '../instruments/poison';
import { type ForeignWriting, writeFromManySides } from '../load/foreign-writers';
import { holdsWithin, untilUp } from '../patience/wait';
import { untilShared } from '../stage/lane-groups';
import type { Stage } from '../stage/stage';
import { bitten, DidNotBite } from './bitten';
import { messagesPoisoned } from './messages-poisoned';
import { deferredMessages, redriveUntilNothingIsHeld } from './redrive';
import { SHORT_LEASE } from './short-lease';

const PARKED_WITHIN_MS = 20_000;
const SHARED_WITHIN_MS = 20_000;
const LATER = 6;
const KEYS_TRIED = 50;
/** What the process calls itself that stays. */
const survivors = new WeakMap<Stage, string>();

/**
 * The process that takes over has not seen the message fail, and holds nothing else back: later ones of the
 * key must line up all the same.
 */
export const keyParkedAtTakeOver: Fault = {
  name: 'key-parked-at-take-over',
  sentence:
    'one of two processes goes away, killed or stopped, while a message is parked, and later ones of its key come to the process that takes over',
  alike: true,
  host: { ...messagesPoisoned.host, settings: SHORT_LEASE },
  async prepare({ stage, trial }) {
    // What the one that stays is called shows while it is alone.
    const lost = stage.hosts[trial % stage.hosts.length];
    await lost.kill();
    const [alone] = await untilShared(stage, stage.hosts.length - 1);
    survivors.set(stage, alone.owner ?? '');
    lost.launch();
    await untilUp(stage, [lost]);
    await untilShared(stage);
  },
  async inject(scene) {
    const { stage, random, record, trial } = scene;
    const cure = join(stage.dataDir, POISON_CURE);
    await rm(cure, { force: true });
    const apart = await keyOfOther(scene, `PARKED-${record.published.size}`);
    const about: ForeignWriting = {
      messages: 1,
      writers: 1,
      longestPauseMs: 20,
      rolledBack: 0,
      apart,
      keys: 1,
    };
    await writeFromManySides(scene, {
      ...about,
      nextId: () => idThat((poison) => poison === 'throws-for-ever'),
    });
    const key = keyNamed(trial, apart);
    const parked = (): Promise<boolean> => isHeld(stage, key, 'parked');
    bitten(Number(await holdsWithin(PARKED_WITHIN_MS, parked)), 'no message was parked');
    const before = await ownerOf(stage, key);
    const lost = stage.hosts[trial % stage.hosts.length];
    // They are there when the other one takes the key over, and the first thing of it that it sees.
    const later = (): Promise<void> =>
      writeFromManySides(scene, {
        ...about,
        messages: LATER,
        nextId: () => idThat((poison) => poison === undefined),
      });
    if (random() < 0.5) {
      lost.freeze();
      await later();
      await lost.kill();
    } else await Promise.all([lost.terminate(), later()]);
    await untilShared(stage, stage.hosts.length - 1);
    const after = await ownerOf(stage, key);
    await holdsWithin(PARKED_WITHIN_MS, () => isHeld(stage, key, 'queued'));
    lost.launch();
    await writeFile(cure, '');
    await redriveUntilNothingIsHeld(stage);
    bitten(Number(before !== after), 'the key stayed with the process that knew of it');
    return performance.now();
  },
};

/**
 * Names a key that the process works on that is about to go away. It may take a moment until the two share
 * this subscription, too.
 */
async function keyOfOther({ stage, trial }: Scene, name: string): Promise<string> {
  let found: string | undefined;
  const isShared = async (): Promise<boolean> => {
    for (let nth = 0; nth < KEYS_TRIED && found === undefined; nth += 1) {
      const owner = await ownerOf(stage, keyNamed(trial, `${name}-${nth}`));
      if (owner !== undefined && owner !== survivors.get(stage)) found = `${name}-${nth}`;
    }
    return found !== undefined;
  };
  await holdsWithin(SHARED_WITHIN_MS, isShared);
  if (found === undefined) throw new DidNotBite('one process works on all keys');
  return found;
}

const keyNamed = (trial: number, apart: string): string => `RIG-${trial}-${apart}-0`;

const isHeld = async (stage: Stage, key: string, as: string): Promise<boolean> =>
  (await deferredMessages(stage)).some((held) => held.key === key && held.state === as);

async function ownerOf(stage: Stage, key: string): Promise<string | undefined> {
  const [row] = await stage.askAsAuditor<{ owner: string | null }>(
    `select owner::text from orders.subscription_positions
     where subscription = 'orders.keep-prices' and log = 'pricing' and $1 between first_lane and last_lane`,
    [laneOf(key)],
  );
  return row?.owner ?? undefined;
}

function idThat(fits: (poison: ReturnType<typeof poisonOf>) => boolean): string {
  for (;;) {
    const id = uuidv7();
    if (fits(poisonOf(id))) return id;
  }
}
