import type { Contract } from './contract';

/** A class with the function that makes the next version's data of one version's. */
export interface UpcasterClass {
  readonly name: string;
  /** Pure, from JSON to JSON: neither a clock, nor chance, nor anything outside of its argument. */
  upcast(data: never): object;
}

/** One step from a version of a contract to the next. */
export interface UpcasterStep {
  contract: string;
  from: number;
  to: number;
  type: UpcasterClass;
}

/** By contract and version. Classes are loaded once, and their decorators run then. */
const steps = new Map<string, Map<number, UpcasterStep>>();

/**
 * Makes version `to` of a message of version `from`, wherever one is read: one step, one message to one. It
 * stands in the file of the contract, so that it is loaded with it in every process, and has a static
 * `upcast`. It stays for as long as any log has messages of the older version.
 *
 *     @Upcaster('orders.order-placed', { from: 1, to: 2 })
 *     export class OrderPlacedInVersion2 {
 *       static upcast(placed: object) {
 *         return { ...placed, salesChannel: 'unknown' };
 *       }
 *     }
 */
export const Upcaster =
  (contract: string, { from, to }: { from: number; to: number }) =>
  (target: UpcasterClass): void => {
    if (!Number.isInteger(from) || from < 1 || to !== from + 1)
      throw new Error(
        `${target.name}: an upcaster of ${contract} leads from one version to the next, not from ${from} to ${to}.`,
      );
    const ofContract = steps.get(contract) ?? new Map<number, UpcasterStep>();
    const other = ofContract.get(from);
    if (other)
      throw new Error(
        `${other.type.name} and ${target.name} are both the upcaster of ${contract} from version ${from} to ${to}. Remove one of them.`,
      );
    steps.set(contract, ofContract.set(from, { contract, from, to, type: target }));
  };

/** The steps that a class is the upcaster of: one, or none. */
export const stepsOf = (type: unknown): UpcasterStep[] =>
  [...steps.values()].flatMap((ofContract) => [...ofContract.values()]).filter((step) => step.type === type);

/** The versions of a contract from which no upcaster leads to the next one. */
export const missingSteps = ({ name, version }: Pick<Contract, 'name' | 'version'>): number[] =>
  Array.from({ length: version - 1 }, (_, index) => index + 1).filter((from) => !steps.get(name)?.has(from));

/** The step that leads from a version of a contract to the next one. */
export const stepFrom = ({ name }: Pick<Contract, 'name'>, version: number): UpcasterStep | undefined =>
  steps.get(name)?.get(version);
