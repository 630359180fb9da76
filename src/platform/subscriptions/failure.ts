import { ModuleUnreachable } from '../messages/module-unreachable';
import { codeOf, isConnectionError, isStalePlan } from '../database/driver-errors';
import { ForeignHistory } from '../database/server-history';
import { UnsuitableSession } from '../database/session-settings';
import { LogUnavailable } from '../log/log-source';
import { ContractViolation } from '../messages/validate-message';

/** This process no longer holds the lease that it worked under; another one does. */
export class FencedError extends Error {
  constructor(subscription: string, log: string) {
    super(`${subscription} on ${log}: the position was moved by another process`);
    this.name = 'FencedError';
  }
}

/**
 * The server has recovered since the messages were read, and their places may be others now. Positions are
 * taken as stored.
 */
export class StaleRead extends Error {
  constructor(subscription: string, log: string) {
    super(`${subscription} on ${log}: the database server has recovered since the messages were read`);
    this.name = 'StaleRead';
  }
}

/** The handler took longer than its subscription allows and lost its unit of work. */
export class HandlerTimeout extends Error {
  constructor(subscription: string, milliseconds: number) {
    super(`${subscription} took longer than ${milliseconds} ms`);
    this.name = 'HandlerTimeout';
  }
}

/**
 * SQLSTATE classes that speak of the surroundings and not of the message: connection, resources, operator,
 * system, transaction rollback. https://www.postgresql.org/docs/current/errcodes-appendix.html That a
 * transaction has failed already (25P02) is not among them: what failed in it first decides.
 */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57', '58']);
/**
 * lock_not_available, idle_in_transaction_session_timeout, read_only_sql_transaction, and a login or database
 * that is not there.
 */
const TRANSIENT_CODES = new Set(['55P03', '25P03', '25006', '3D000', '28000', '28P01']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** lock_not_available and query_canceled, which is what a statement's time limit says. */
const CONTENTION_CODES = new Set(['55P03', '57014']);

/** Nothing keeps an error from being its own cause. */
const MOST_CAUSES = 10;

/** Whether it holds of an error or of what caused it. */
const some = (error: unknown, holds: (error: Error) => boolean, depth = 0): boolean =>
  error instanceof Error && depth < MOST_CAUSES && (holds(error) || some(error.cause, holds, depth + 1));

function isTransientItself(error: Error): boolean {
  if (
    error instanceof FencedError ||
    error instanceof StaleRead ||
    error instanceof UnsuitableSession ||
    error instanceof ForeignHistory
  )
    return true;
  if (error instanceof ModuleUnreachable || error instanceof LogUnavailable) return true;
  if (isConnectionError(error) || isStalePlan(error)) return true;
  const code = codeOf(error);
  if (code === undefined) return false;
  if (NETWORK_CODES.has(code) || TRANSIENT_CODES.has(code)) return true;
  return /^[0-9A-Z]{5}$/.test(code) && TRANSIENT_CLASSES.has(code.slice(0, 2));
}

/**
 * True when the failure may be over with the next try, whatever the message says: it does not count as the
 * handler's.
 */
export const isTransient = (error: unknown): boolean => some(error, isTransientItself);

/**
 * A transient failure of this message's own statements: they waited too long, mostly for a lock that
 * something else holds.
 */
export const isContention = (error: unknown): boolean =>
  some(error, (inner) => CONTENTION_CODES.has(codeOf(inner) ?? ''));

/**
 * A transient failure of transactions that were in each other's way: a deadlock, or one that cannot be
 * serialised.
 */
export const isConflict = (error: unknown): boolean =>
  some(error, (inner) => /^40[0-9A-Z]{3}$/.test(codeOf(inner) ?? ''));

/** True when trying again cannot help. */
export const isPermanent = (error: unknown): boolean => error instanceof ContractViolation;
