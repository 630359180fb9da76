import { validateSync, type ValidationError } from 'class-validator';
import type { Contract } from './contract';
import { canonicaliseIds } from './validation/canonical-ids';
import { instanceOf } from './validation/instance-of';
import { satisfiesRules } from './validation/satisfies-rules';
import { rememberValidationMetadata, rulesFingerprint } from './validation/validation-metadata';

rememberValidationMetadata();

/** A message does not fit its contract. Retrying cannot help, so it is parked at once. */
export class ContractViolation extends Error {
  constructor(
    contract: Contract,
    readonly reasons: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `A message does not fit ${contract.name} version ${contract.version}: ${reasons.slice(0, 10).join('; ')}`,
      options,
    );
    this.name = 'ContractViolation';
  }
}

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};

/**
 * Messages are immutable: what was checked when it came in need not be checked again on its way to the
 * handler.
 */
const checked = new WeakSet<object>();

/**
 * Checks a message that this process made against its contract. Nested parts may be plain objects of the
 * right form. An id that is not in its one spelling is refused: where it came in, it should have got it.
 */
export function validateMessage(message: object, contract: Contract): void {
  if (checked.has(message) || satisfiesRules(message)) return;
  const copy = instanceOf(contract.type, message);
  const misspelt = canonicaliseIds(copy);
  if (misspelt.length > 0)
    throw new ContractViolation(
      contract,
      misspelt.map((path) => `${path} must be a UUID in lower case`),
    );
  check(copy, contract);
}

/**
 * Makes an instance of the contract's class from data of another process or of a log, checked; `rules` says
 * by which ones that was done already. Its ids get their one spelling: logs keep what was published before
 * that was required.
 */
export function parseMessage(data: object, contract: Contract, rules?: string): object {
  const message = instanceOf(contract.type, data);
  if (rules === rulesFingerprint()) return message;
  canonicaliseIds(message);
  check(message, contract);
  checked.add(message);
  return message;
}

/**
 * The same for data that may have fields which the contract does not know: they are left out, in its parts,
 * too.
 */
export function parseKnownFields(data: object, contract: Contract): object {
  const message = instanceOf(contract.type, data);
  canonicaliseIds(message);
  check(message, contract, { ...OPTIONS, forbidNonWhitelisted: false });
  checked.add(message);
  return message;
}

function check(message: object, contract: Contract, options = OPTIONS): void {
  const errors = satisfiesRules(message) ? [] : validateSync(message, options);
  if (errors.length > 0) throw new ContractViolation(contract, describe(errors));
}

/** One line for each violated constraint, with the path to the property; never the value. */
function describe(errors: ValidationError[], path = ''): string[] {
  return errors.flatMap((error) => {
    const at = path ? `${path}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((text) => `${at}: ${text}`);
    return [...own, ...describe(error.children ?? [], at)];
  });
}
