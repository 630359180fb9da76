import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { InvariantName } from '../checks/check';
import type { Fault, Scene } from '../fault';
import { answersLate } from '../faults/answers-late';
import { wipe } from '../faults/broker-wiped';
import { calm } from '../faults/calm';
import { commitsUnflushed } from '../faults/commits-unflushed';
import { deadlineThrowing } from '../faults/deadline-throwing';
import { dyingAt } from '../faults/failpoint';
import { errorsSwallowed } from '../faults/errors-swallowed';
import { handlersFailing } from '../faults/handlers-failing';
import { idsRespelled } from '../faults/ids-respelled';
import { messagesPoisoned } from '../faults/messages-poisoned';
import { repeatMessages } from '../faults/messages-repeated';
import { oneHostFrozen } from '../faults/one-host-frozen';
import { processFrozenInBatch } from '../faults/process-frozen-in-batch';
import { rowsLocked } from '../faults/rows-locked';
import { POISON_CURE, poisonOf } from '../instruments/poison';
import { standbyPromoted } from '../faults/standby-promoted';
import { databaseReplaced } from '../faults/database-replaced';
import { secondPlace } from '../faults/second-place';
import { messagesLarge } from '../faults/messages-large';
import { clocksApart } from '../faults/clocks-apart';
import { keyParkedAtTakeOver } from '../faults/key-parked-at-take-over';
import { moveErring } from '../faults/move-erring';
import { writeFromManySides } from '../load/foreign-writers';
import type { SetUp } from '../set-ups';
import type { HostProcess } from '../../support/host-process';
import { acknowledgedBeforeCommit } from './acknowledged-before-commit';
import { compensationSkipped } from './compensation-skipped';
import { effectsOutsideTransaction } from './effects-outside-transaction';
import { firstDeadlineDecides } from './first-deadline-decides';
import { forgottenDeadline } from './forgotten-deadline';
import { lostIdempotencyRecord } from './lost-idempotency-record';
import { messageIdLeftOut } from './message-id-left-out';
import { missingFence } from './missing-fence';
import { parkedKeyNotHeldBack } from './parked-key-not-held-back';
import type { PlantedBug } from './planted-bug';
import { positionMovedFirst } from './position-moved-first';
import { positionOnlyCursor } from './position-only-cursor';
import { publishAfterCommit } from './publish-after-commit';
import { relayWithoutFence } from './relay-without-fence';
import { idAsSpelled } from './id-as-spelled';
import { locksWaitedFor } from './locks-waited-for';
import { ownErrorAsOutage } from './own-error-as-outage';
import { settingsAssumed } from './settings-assumed';
import { silenceWaitedFor } from './silence-waited-for';
import { swallowedError } from './swallowed-error';
import { tickInsidePublisher } from './tick-inside-publisher';
import { transactionCursor } from './transaction-cursor';
import { historyNotNoticed } from './history-not-noticed';
import { foreignStreamContinued } from './foreign-stream-continued';
import { secondPlaceUnasked } from './second-place-unasked';
import { sizesIgnored } from './sizes-ignored';
import { ownClock } from './own-clock';
import { parkedKeysForgotten } from './parked-keys-forgotten';
import { moveBelievedDone } from './move-believed-done';
import { lostTicksRead } from './lost-ticks-read';

/** What brings a planted bug to light. */
export interface Provocation {
  readonly bug: PlantedBug;
  readonly by: Pick<Fault, 'prepare' | 'inject' | 'host' | 'respells' | 'lasting'>;
  /**
   * Any of these must be violated. That something is stuck or does not come up proves nothing where the bug
   * does not do that.
   */
  readonly breaks: readonly InvariantName[];
  readonly setUp: SetUp;
}

const manyWriters: Provocation['by'] = {
  async inject(scene) {
    await writeFromManySides(scene, { messages: 300, writers: 8, longestPauseMs: 60 });
    return performance.now();
  },
};

/** With the right to write what only functions of the owner write, as if the bug stood in one of them. */
const withRightsToTicks: Provocation['by'] = {
  ...calm,
  prepare: ({ stage }) =>
    stage
      .askAsSuperuser(
        `
      do $$ declare module text; begin
        for module in select nspname from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relname = 'log_head' loop
          execute format('grant insert on %I.ticks to %I', module, current_database() || '_' || module);
          execute format('grant update on %I.log_head to %I', module, current_database() || '_' || module);
        end loop;
      end $$`,
      )
      .then(() => undefined),
};

/** A process dies in the middle of a batch while news pours in. */
function dyingInBatch(victimOf?: (scene: Scene) => HostProcess): Provocation['by'] {
  const dying = dyingAt(['position.before-commit'], victimOf);
  return {
    // For a handler that wants a connection of its own beside that of its batch: with few, all would wait for
    // one another.
    host: { settings: { DATABASE_POOL_SIZE: '12' } },
    ...dying,
    async inject(scene) {
      const [diedAt] = await Promise.all([
        dying.inject(scene),
        writeFromManySides(scene, { messages: 200, writers: 6, longestPauseMs: 10 }),
      ]);
      return diedAt;
    },
  };
}

/** The place of the one that hosts shipping alone. */
const SHIPPING = 1;

/** The same while some writers publish for a few seconds, so that relays have batches to carry. */
const amongNews = (inject: (scene: Scene) => Promise<unknown>): Provocation['by'] => ({
  async inject(scene) {
    const news = writeFromManySides(scene, { messages: 400, writers: 4, longestPauseMs: 600 });
    await Promise.all([inject(scene), news]);
    return performance.now();
  },
});

/** Each may take the place of the first in a batch. */
const oneTooMany = amongNews((scene) =>
  repeatMessages(scene, { messages: 30, mostInBurst: 1, longestPauseMs: 200, logs: ['customers'] }),
);

/** What shipping has not been told yet is in the logs and nowhere else. */
const wipedWhileShippingIsAway = amongNews((scene) => wipe(scene, SHIPPING));

/** Every message of some writers makes its handlers throw for a few times. */
const throwingHandlers: Provocation['by'] = {
  host: messagesPoisoned.host,
  async inject(scene) {
    const cure = join(scene.stage.dataDir, POISON_CURE);
    await rm(cure, { force: true });
    await writeFromManySides(scene, { messages: 40, writers: 4, longestPauseMs: 5, nextId: throwingId });
    await writeFile(cure, '');
    return performance.now();
  },
};

function throwingId(): string {
  for (;;) {
    const id = uuidv7();
    if (poisonOf(id) === 'throws-before') return id;
  }
}

export const provocations: readonly Provocation[] = [
  { bug: positionOnlyCursor, by: manyWriters, breaks: ['I2'], setUp: 'one-process' },
  { bug: tickInsidePublisher, by: withRightsToTicks, breaks: ['I2'], setUp: 'one-process' },
  { bug: transactionCursor, by: manyWriters, breaks: ['I5'], setUp: 'one-process' },
  { bug: positionMovedFirst, by: dyingInBatch(), breaks: ['I2'], setUp: 'one-process' },
  { bug: effectsOutsideTransaction, by: dyingInBatch(), breaks: ['I3'], setUp: 'one-process' },
  {
    bug: publishAfterCommit,
    by: dyingAt(['unit-of-work.before-append']),
    breaks: ['I1', 'I6'],
    setUp: 'one-process',
  },
  { bug: swallowedError, by: throwingHandlers, breaks: ['I2'], setUp: 'one-process' },
  { bug: missingFence, by: processFrozenInBatch, breaks: ['I3'], setUp: 'two-processes' },
  { bug: lostIdempotencyRecord, by: calm, breaks: ['I1', 'I3'], setUp: 'one-process' },
  { bug: compensationSkipped, by: calm, breaks: ['I4'], setUp: 'one-process' },
  { bug: forgottenDeadline, by: answersLate, breaks: ['I6'], setUp: 'one-process' },
  { bug: parkedKeyNotHeldBack, by: handlersFailing, breaks: ['I5'], setUp: 'one-process' },
  { bug: messageIdLeftOut, by: oneTooMany, breaks: ['I2'], setUp: 'shipping-apart' },
  {
    bug: acknowledgedBeforeCommit,
    by: dyingInBatch(({ stage: { hosts } }) => hosts[SHIPPING]),
    breaks: ['I2'],
    setUp: 'shipping-apart',
  },
  { bug: settingsAssumed, by: commitsUnflushed, breaks: ['I1'], setUp: 'one-process' },
  { bug: ownErrorAsOutage, by: errorsSwallowed, breaks: ['I6'], setUp: 'one-process' },
  { bug: locksWaitedFor, by: rowsLocked, breaks: ['I6'], setUp: 'one-process' },
  { bug: idAsSpelled, by: idsRespelled, breaks: ['I2', 'I3', 'I4'], setUp: 'one-process' },
  { bug: silenceWaitedFor, by: oneHostFrozen, breaks: ['I6'], setUp: 'shipping-twice' },
  { bug: firstDeadlineDecides, by: deadlineThrowing, breaks: ['I6'], setUp: 'one-process' },
  { bug: historyNotNoticed, by: standbyPromoted, breaks: ['I2', 'I6'], setUp: 'one-process' },
  { bug: foreignStreamContinued, by: databaseReplaced, breaks: ['I2', 'I6'], setUp: 'shipping-apart' },
  { bug: secondPlaceUnasked, by: secondPlace, breaks: ['I1', 'I3'], setUp: 'shipping-apart' },
  { bug: sizesIgnored, by: messagesLarge, breaks: ['I7'], setUp: 'shipping-apart' },
  { bug: ownClock, by: clocksApart, breaks: ['I1'], setUp: 'two-processes' },
  { bug: parkedKeysForgotten, by: keyParkedAtTakeOver, breaks: ['I5'], setUp: 'two-processes' },
  { bug: moveBelievedDone, by: moveErring, breaks: ['I7'], setUp: 'shipping-moving' },
  { bug: lostTicksRead, by: commitsUnflushed, breaks: ['I1', 'I2', 'I6'], setUp: 'two-processes' },
  { bug: relayWithoutFence, by: wipedWhileShippingIsAway, breaks: ['I2'], setUp: 'shipping-apart' },
];
