import { FAILPOINTS } from '../../src/platform/kernel/failpoints';
import { moduleNames } from '../support/modules';
import type { Fault } from './fault';
import { answersLate } from './faults/answers-late';
import { answersLost } from './faults/answers-lost';
import { backendsTerminated } from './faults/backends-terminated';
import { brokerBlackHoled } from './faults/broker-black-holed';
import { brokerWiped } from './faults/broker-wiped';
import { allBrokersKilled, oneBrokerKilled, twoBrokersKilled } from './faults/brokers-killed';
import { calm } from './faults/calm';
import { clocksApart } from './faults/clocks-apart';
import { commitsDisturbed } from './faults/commits-disturbed';
import { commitsUnanswered } from './faults/commits-unanswered';
import { commitsUnflushed } from './faults/commits-unflushed';
import { connectionsBlackHoled } from './faults/connections-black-holed';
import { connectionsHalfOpen } from './faults/connections-half-open';
import { connectionsReset } from './faults/connections-reset';
import { databasePartitioned } from './faults/database-partitioned';
import { databaseReplaced } from './faults/database-replaced';
import { databaseStopped } from './faults/database-stopped';
import { deadlineThrowing } from './faults/deadline-throwing';
import { errorsSwallowed } from './faults/errors-swallowed';
import { failpoint } from './faults/failpoint';
import { handlersFailing } from './faults/handlers-failing';
import { idsRespelled } from './faults/ids-respelled';
import { keyParkedAtTakeOver } from './faults/key-parked-at-take-over';
import { killed } from './faults/killed';
import { liveMoves } from './faults/live-moves';
import { messagesLarge } from './faults/messages-large';
import { messagesPoisoned } from './faults/messages-poisoned';
import { messagesRepeated } from './faults/messages-repeated';
import { moveErring } from './faults/move-erring';
import { oneHostFrozen } from './faults/one-host-frozen';
import { postmasterKilled } from './faults/postmaster-killed';
import { processFrozen } from './faults/process-frozen';
import { processFrozenInBatch } from './faults/process-frozen-in-batch';
import { processLost } from './faults/process-lost';
import { processStopped } from './faults/process-stopped';
import { rowsLocked } from './faults/rows-locked';
import { secondPlace } from './faults/second-place';
import { settingsStock } from './faults/settings-stock';
import { standbyPromoted } from './faults/standby-promoted';
import type { Profile } from './profiles';
import type { SetUp } from './set-ups';

/** One row of the report: a fault in a set-up, and how many trials of it each profile plays. */
export interface CatalogueRow {
  readonly fault: Fault;
  readonly setUp: SetUp;
  readonly trials: Readonly<Record<Profile, number>>;
}

/** Where each module has a process of its own, and one trial kills one of them. */
const MODULES = moduleNames.length;
/** Where one trial goes round one failpoint, one round takes as many trials as there are failpoints. */
const POINTS = Object.keys(FAILPOINTS).length;

/**
 * A fault in a set-up, and its trials in the profiles quick (which leaves out what needs long waits), ci and
 * nightly.
 */
type Line = readonly [fault: Fault, setUp: SetUp, quick: number, ci: number, nightly: number];

const LINES: readonly Line[] = [
  [calm, 'one-process', 0, 2, 20],
  [calm, 'two-processes', 0, 2, 20],
  [calm, 'shipping-apart', 0, 2, 20],
  [killed, 'one-process', 0, 5, 500],
  [killed, 'two-processes', 3, 5, 500],
  [killed, 'shipping-apart', 0, 5, 100],
  [killed, 'orders-and-payments-apart', 0, 6, 100],
  [killed, 'all-apart', 0, MODULES, 10 * MODULES],
  [failpoint, 'one-process', 0, POINTS, 10 * POINTS],
  [failpoint, 'two-processes', 0, POINTS, 10 * POINTS],
  [processStopped, 'one-process', 0, 5, 20],
  [processStopped, 'two-processes', 0, 5, 20],
  [processLost, 'two-processes', 0, 5, 20],
  [processFrozen, 'one-process', 0, 5, 50],
  [processFrozen, 'two-processes', 1, 5, 50],
  [processFrozen, 'shipping-apart', 0, 5, 50],
  [processFrozenInBatch, 'two-processes', 0, 5, 100],

  [databaseStopped, 'one-process', 1, 5, 34],
  [databaseStopped, 'two-processes', 0, 5, 34],
  [postmasterKilled, 'one-process', 0, 5, 33],
  [postmasterKilled, 'two-processes', 0, 5, 33],
  [backendsTerminated, 'one-process', 0, 5, 33],
  [backendsTerminated, 'two-processes', 0, 5, 33],

  [commitsUnanswered, 'one-process', 0, 5, 20],
  [commitsUnanswered, 'two-processes', 1, 5, 20],
  [connectionsReset, 'one-process', 1, 5, 50],
  [connectionsReset, 'two-processes', 0, 5, 50],
  [connectionsHalfOpen, 'one-process', 0, 5, 50],
  [connectionsHalfOpen, 'two-processes', 0, 5, 50],
  [connectionsBlackHoled, 'one-process', 0, 5, 50],
  [connectionsBlackHoled, 'two-processes', 0, 5, 50],
  [databasePartitioned, 'shipping-apart', 0, 5, 100],

  [oneBrokerKilled, 'shipping-apart-3', 0, 5, 100],
  [twoBrokersKilled, 'shipping-apart-3', 0, 5, 100],
  [allBrokersKilled, 'shipping-apart-3', 0, 5, 100],
  [allBrokersKilled, 'shipping-apart', 0, 5, 100],
  [brokerBlackHoled, 'shipping-apart', 0, 5, 100],
  [brokerWiped, 'shipping-apart', 0, 5, 100],

  [liveMoves, 'shipping-moving', 0, 6, 100], // tool, old and new process, each in both directions

  [messagesRepeated, 'shipping-apart', 0, 5, 100], // 1,000 messages each
  [commitsDisturbed, 'one-process', 0, 5, 100], // 500 messages each
  [commitsDisturbed, 'two-processes', 0, 5, 100],
  [messagesPoisoned, 'one-process', 0, 5, 20], // 300 messages each
  [messagesPoisoned, 'two-processes', 0, 5, 20],
  [handlersFailing, 'one-process', 0, 5, 20],
  [handlersFailing, 'two-processes', 0, 5, 20],
  [answersLate, 'one-process', 0, 5, 20],
  [answersLate, 'two-processes', 0, 5, 20],
  [answersLost, 'one-process', 1, 5, 20],
  [answersLost, 'two-processes', 0, 5, 20],

  [idsRespelled, 'two-processes', 0, 2, 20],
  [errorsSwallowed, 'one-process', 0, 2, 20],
  [rowsLocked, 'one-process', 0, 2, 20],
  [deadlineThrowing, 'one-process', 0, 2, 20],
  [keyParkedAtTakeOver, 'two-processes', 0, 2, 20],
  [clocksApart, 'two-processes', 0, 2, 20],
  [commitsUnflushed, 'one-process', 0, 2, 33],
  [settingsStock, 'two-processes', 0, 2, 20],
  [standbyPromoted, 'one-process', 0, 2, 20],
  [databaseReplaced, 'shipping-apart', 0, 2, 20],
  [secondPlace, 'shipping-apart', 0, 2, 20],
  [messagesLarge, 'shipping-apart', 0, 2, 10],
  [oneHostFrozen, 'shipping-twice', 0, 2, 20],
  [moveErring, 'shipping-moving', 0, 5, 50],
];

/** Which faults are played where, in the order in which a campaign goes round them. */
export const catalogue: readonly CatalogueRow[] = LINES.map(([fault, setUp, quick, ci, nightly]) => ({
  fault,
  setUp,
  trials: { quick, ci, nightly },
}));
