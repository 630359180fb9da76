/**
 * SQL that is true while the process whose `PROCESS_ID` the expression gives has a connection with the login
 * that asks. A killed process loses its connections at once, so its leases can be taken early. False
 * positives are possible: the caller must also fence the process out.
 */
export const isConnected = (processId: string): string =>
  `exists (select from pg_stat_activity a where a.usename = current_user and a.application_name like '%' || ${processId} || '%')`;
