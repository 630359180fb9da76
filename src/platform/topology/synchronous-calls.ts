import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { type Contract, contractOf, type MessageClass } from '../messages/contract';

/** A module that waits for another one's answer. */
export interface SynchronousCall {
  /** The module that asks. */
  module: string;
  /** The query or command of another module. */
  contract: Contract;
}

const SYNCHRONOUS_CALLS = Symbol('seamline:synchronous-calls');

/**
 * Signs off, on the application's root module, which module executes which queries and commands of others: by
 * caller, the contracts. Each of them ties the caller to the other's being there, and crosses the network
 * when the two part. `npm run boundaries` finds the calls in the code and fails on one that is not listed
 * here, or no longer made.
 */
export const SynchronousCalls =
  (calls: Readonly<Record<string, readonly MessageClass[]>>): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(SYNCHRONOUS_CALLS, calls, target);

/** The calls that the root module signs off; none where it says nothing. */
export function synchronousCallsOf(root: Type): SynchronousCall[] {
  const calls = (Reflect.getMetadata(SYNCHRONOUS_CALLS, root) ?? {}) as Readonly<
    Record<string, readonly MessageClass[]>
  >;
  return Object.entries(calls).flatMap(([module, contracts]) =>
    contracts.map((type) => ({ module, contract: contractOf(type) })),
  );
}
