/** Settings of a process whose neighbours may take long to start or to answer, because the machine does other things too. */
export const PATIENT = { CALL_DEADLINE_MS: '30000', FORWARD_WAIT_MS: '45000' };
