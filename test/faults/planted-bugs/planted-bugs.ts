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

export const plantedBugs: readonly PlantedBug[] = [
  positionOnlyCursor,
  tickInsidePublisher,
  transactionCursor,
  positionMovedFirst,
  effectsOutsideTransaction,
  publishAfterCommit,
  swallowedError,
  missingFence,
  lostIdempotencyRecord,
  compensationSkipped,
  forgottenDeadline,
  parkedKeyNotHeldBack,
  messageIdLeftOut,
  acknowledgedBeforeCommit,
  relayWithoutFence,
  settingsAssumed,
  ownErrorAsOutage,
  locksWaitedFor,
  idAsSpelled,
  silenceWaitedFor,
  firstDeadlineDecides,
  historyNotNoticed,
  foreignStreamContinued,
  secondPlaceUnasked,
  sizesIgnored,
  ownClock,
  parkedKeysForgotten,
  moveBelievedDone,
  lostTicksRead,
];
