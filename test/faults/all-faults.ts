import type { Fault } from './fault';
import { answersLate } from './faults/answers-late';
import { answersLost } from './faults/answers-lost';
import { backendsTerminated } from './faults/backends-terminated';
import { calm } from './faults/calm';
import { commitsDisturbed } from './faults/commits-disturbed';
import { commitsUnanswered } from './faults/commits-unanswered';
import { connectionsBlackHoled } from './faults/connections-black-holed';
import { connectionsHalfOpen } from './faults/connections-half-open';
import { connectionsReset } from './faults/connections-reset';
import { databaseStopped } from './faults/database-stopped';
import { failpoint } from './faults/failpoint';
import { handlersFailing } from './faults/handlers-failing';
import { killed } from './faults/killed';
import { messagesPoisoned } from './faults/messages-poisoned';
import { postmasterKilled } from './faults/postmaster-killed';
import { processFrozen } from './faults/process-frozen';
import { processFrozenInBatch } from './faults/process-frozen-in-batch';
import { processLost } from './faults/process-lost';
import { processStopped } from './faults/process-stopped';

/** Every fault, in the order in which a campaign goes round them. */
export const allFaults: readonly Fault[] = [
  ...[calm, killed, failpoint, processStopped, processLost, processFrozen, processFrozenInBatch],
  ...[databaseStopped, postmasterKilled, backendsTerminated],
  ...[commitsUnanswered, connectionsReset, connectionsHalfOpen, connectionsBlackHoled],
  ...[commitsDisturbed, messagesPoisoned, handlersFailing, answersLate, answersLost],
];
