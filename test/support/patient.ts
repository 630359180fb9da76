/**
 * Settings of a process whose neighbours may take long to start or to answer, because the machine does other
 * things too.
 */
export const PATIENT = {
  CALL_DEADLINE_MS: '30000',
  CALL_ATTEMPT_MS: '10000',
  FORWARD_WAIT_MS: '45000',
  DATABASE_QUEUE_MS: '10000',
  // Statements and transactions may take a part of it.
  MESSAGING_LEASE_MS: '30000',
};
