/**
 * What an application's invariants are written with, and those that hold for every module. Loaded by `npm run
 * ops` alone.
 */
export { inEverySchema, type Invariant } from './cli/check-invariants/invariant';
export { logHasNoGaps } from './cli/check-invariants/log-has-no-gaps';
export { nothingIsParked } from './cli/check-invariants/nothing-is-parked';
