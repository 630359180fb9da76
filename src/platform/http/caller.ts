import type { Request } from 'express';

/**
 * The sender of a request; part of the scope of its idempotency key.
 * Callers cannot be told apart yet: until there is authentication, the API listens on loopback by default.
 */
export const callerOf = (_request: Request): string => 'anonymous';
