import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

/** What `pg` says when no answer came within `query_timeout`. */
const QUERY_READ_TIMEOUT = 'Query read timeout';

/**
 * What pg, pg-pool and TypeORM say, in whole, of a connection that is not there. They give these errors no
 * code, so their texts are compared here and nowhere else, and only whole: a part of a text may quote a user.
 * A test pins the versions that say so.
 */
export const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  QUERY_READ_TIMEOUT,
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Driver not Connected',
]);

/**
 * The SQLSTATE of an error of the server, the code of one of the system or of ours; undefined where there is
 * none.
 */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The driver had no connection, or lost it. Never true of what a server answered. */
export function isConnectionError(error: unknown): boolean {
  // A transaction whose connection was lost in the middle of it is still used.
  if (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  )
    return true;
  if (!(error instanceof Error) || codeOf(error) !== undefined) return false;
  // TypeORM writes a text of its own around the driver's.
  const { driverError } = error as { driverError?: unknown };
  return driverError === undefined ? CONNECTION_ERRORS.has(error.message) : isConnectionError(driverError);
}

/**
 * What `pg` says, without a code, where the URL wants TLS and the server has none. No lost connection: it is
 * so until one of them changes.
 */
export const NO_TLS = 'The server does not support SSL connections';

/** The URL wants TLS, and the server has none. */
export const isWithoutTls = (error: unknown): boolean =>
  error instanceof Error && codeOf(error) === undefined && error.message === NO_TLS;

/** The server did not answer in time. */
export const isQueryReadTimeout = (error: Error): boolean =>
  codeOf(error) === undefined && error.message === QUERY_READ_TIMEOUT;

/** A prepared statement's result has another form since a migration; prepared anew, it works. */
export const isStalePlan = (error: unknown): boolean =>
  codeOf(error) === '0A000' && (error as { routine?: unknown }).routine === 'RevalidateCachedQuery';
