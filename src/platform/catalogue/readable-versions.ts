import type { Contract } from '../messages/contract';
import { missingSteps } from '../messages/upcaster';

/**
 * The versions of a contract that the code which knows this version of it reads: its own, and those from
 * which upcasters lead to it without a gap.
 */
export function readableVersions(contract: Contract): number[] {
  const first = Math.max(0, ...missingSteps(contract)) + 1;
  return Array.from({ length: contract.version - first + 1 }, (_, index) => first + index);
}
