import type { Contract } from './contract';
import { stepFrom, type UpcasterStep } from './upcaster';
import { ContractViolation } from './validate-message';

/**
 * The data of an older version as the contract's own has it. What was handed in stays as it is. Throws a
 * `ContractViolation` where an upcaster is missing or fails: it would fail again.
 */
export function upcast(data: object, version: number, contract: Contract): object {
  // A copy: pages of a log are shared, and an upcaster may write into what it gets.
  let current: unknown = structuredClone(data);
  for (let from = version; from < contract.version; from += 1) {
    const step = stepFrom(contract, from);
    if (!step)
      throw new ContractViolation(contract, [
        `it has version ${version}, and there is no upcaster from version ${from} to ${from + 1}`,
      ]);
    try {
      current = step.type.upcast(current as never);
    } catch (error) {
      throw failed(step, contract, error instanceof Error ? error.name : 'it threw no error', error);
    }
    if (typeof current !== 'object' || current === null)
      throw failed(step, contract, 'it returned no object');
  }
  return current as object;
}

/** Its text may hold data of the message, which is stored with no failure. */
const failed = ({ type, from, to }: UpcasterStep, contract: Contract, why: string, cause?: unknown): Error =>
  new ContractViolation(contract, [`${type.name} from version ${from} to ${to} failed: ${why}`], { cause });
