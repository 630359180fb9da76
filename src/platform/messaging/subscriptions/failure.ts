import { ModuleUnreachable } from '../../calls/module-unreachable';
import { UnfitSession } from '../../database/session-settings';
import { LogUnavailable } from '../log/log-source';
import { ContractViolation } from '../validate-message';

/** This process no longer holds the lease that it worked under; another one does. */
export class FencedError extends Error {
  constructor(subscription: string, log: string) {
    super(`${subscription} on ${log}: the position was moved by another process`);
    this.name = 'FencedError';
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
 * SQLSTATE classes that speak of the surroundings and not of the message: connection, resources, operator, system,
 * transaction rollback. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SURROUNDINGS_CLASSES = new Set(['08', '40', '53', '57', '58']);
const SURROUNDINGS_CODES = new Set(['55P03', '25P03', '25P02', '3D000', '28000', '28P01']);
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
/** What TypeORM says to whoever still uses a transaction whose connection was lost in the middle of it. */
const LOST_TRANSACTION = new Set(['QueryRunnerAlreadyReleasedError', 'QueryRunnerProviderAlreadyReleasedError']);
const DRIVER_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable|driver not connected|cannot use a pool after calling end/i;

/** True when the failure says nothing about the message: it is then tried again without limit and nothing is parked. */
export function isFailureOfSurroundings(error: unknown): boolean {
  if (
    error instanceof FencedError ||
    error instanceof UnfitSession ||
    error instanceof ModuleUnreachable ||
    error instanceof LogUnavailable
  )
    return true;
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    if (NETWORK_CODES.has(code) || SURROUNDINGS_CODES.has(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code) && SURROUNDINGS_CLASSES.has(code.slice(0, 2))) return true;
  }
  return LOST_TRANSACTION.has(error.name) || DRIVER_MESSAGES.test(error.message) || isFailureOfSurroundings(error.cause);
}

/** True when trying again cannot help. */
export const isHopeless = (error: unknown): boolean => error instanceof ContractViolation;

/** Growing delay with full jitter, milliseconds. https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
export const backoff = (attempt: number, base = 100, longest = 60_000): number => Math.random() * Math.min(longest, base * 2 ** attempt);
