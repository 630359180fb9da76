import { validateSync, type ValidationError } from 'class-validator';
import type { Contract } from './contract';
import { instanceOf } from '../validation/instance-of';
import { meetsRules } from '../validation/meets-rules';
import { rememberValidationMetadata, rulesFingerprint } from '../validation/validation-metadata';

rememberValidationMetadata();

/** A message does not fit its contract. Retrying cannot help, so it is parked at once. */
export class ContractViolation extends Error {
  constructor(
    contract: Contract,
    readonly reasons: readonly string[],
  ) {
    super(`A message does not fit ${contract.name} version ${contract.version}: ${reasons.slice(0, 10).join('; ')}`);
    this.name = 'ContractViolation';
  }
}

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};

/** Messages are immutable: what was checked when it came in need not be checked again on its way to the handler. */
const checked = new WeakSet<object>();

/** Checks a message against its contract. Nested parts may be plain objects of the right form. */
export function validateMessage(message: object, contract: Contract): void {
  if (!checked.has(message) && !meetsRules(message)) parseMessage(message, contract);
}

/** Makes an instance of the contract's class from data, checked; `rules` says by which ones that was done already. */
export function parseMessage(data: object, contract: Contract, rules?: string): object {
  const message = instanceOf(contract.type, data);
  if (rules === rulesFingerprint()) return message;
  const errors = meetsRules(message) ? [] : validateSync(message, OPTIONS);
  if (errors.length > 0) throw new ContractViolation(contract, describe(errors));
  checked.add(message);
  return message;
}

/** One line for each violated constraint, with the path to the property; never the value. */
function describe(errors: ValidationError[], path = ''): string[] {
  return errors.flatMap((error) => {
    const at = path ? `${path}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((text) => `${at}: ${text}`);
    return [...own, ...describe(error.children ?? [], at)];
  });
}
