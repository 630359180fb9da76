import type { Request } from 'express';

/**
 * Who sends a request; part of the scope of its idempotency key.
 * Nobody can be told apart yet: until authentication comes, the API listens on loopback unless told otherwise.
 */
export const callerOf = (_request: Request): string => 'anonymous';
