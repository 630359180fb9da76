import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Contract, declaredContract } from '../messages/contract';
import { missingSteps, stepsOf, type UpcasterStep } from '../messages/upcaster';
import { classesIn, filesMentioning } from './source-classes';

const CONTRACT = /\b(Event|Command|Query)Contract\b/;
const UPCASTER = /\bUpcaster\b/;

/**
 * Throws, naming contract, versions and file, where an older version of a contract could not be read: a step
 * to its current version is missing, an upcaster leads beyond it, or stands elsewhere than in the contract's
 * file, so that a process which loads the contract might not have it. Looks at the contracts that are used;
 * with the folder of the modules, at all that stand in them.
 */
export function requireUpcasters(
  used: readonly Contract[],
  modules: readonly string[] = [],
  folder?: string,
): void {
  const declared = folder === undefined ? [] : modules.flatMap((module) => contractsOf(folder, module));
  const places = new Map(declared.map(({ contract, file }) => [contract.name, file]));
  const contracts = new Map(
    [...used, ...declared.map(({ contract }) => contract)].map((one) => [one.name, one]),
  );
  const problems = [...contracts.values()].flatMap((contract) =>
    missingSteps(contract).map((from) => {
      const where = places.get(contract.name) ?? 'its own file';
      return `${contract.name} has version ${contract.version}, and messages of version ${from} cannot be read: write its upcaster, @Upcaster('${contract.name}', { from: ${from}, to: ${from + 1} }), into ${where}.`;
    }),
  );
  if (folder !== undefined) problems.push(...modules.flatMap((module) => misplaced(folder, module, places)));
  if (problems.length > 0)
    throw new Error(
      `Older versions of messages could not be read:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
}

/** The contracts of a module's own folder, with their files. */
function contractsOf(folder: string, module: string): { contract: Contract; file: string }[] {
  const own = join(folder, module, 'contracts');
  if (!existsSync(own)) return [];
  return filesMentioning(own, CONTRACT).flatMap((path) =>
    contractsIn(path).map((contract) => ({ contract, file: shown(folder, path) })),
  );
}

function misplaced(folder: string, module: string, places: ReadonlyMap<string, string>): string[] {
  if (!existsSync(join(folder, module))) return [];
  return filesMentioning(join(folder, module), UPCASTER).flatMap((path) => {
    const contracts = new Map(contractsIn(path).map((contract) => [contract.name, contract]));
    return classesIn(path)
      .flatMap(stepsOf)
      .flatMap((step) => problemOf(step, contracts.get(step.contract), shown(folder, path), places));
  });
}

function problemOf(
  { contract: name, from, to, type }: UpcasterStep,
  contract: Contract | undefined,
  file: string,
  places: ReadonlyMap<string, string>,
): string[] {
  if (!contract)
    return [
      `${type.name} (${file}) is the upcaster of ${name} from version ${from} to ${to}, which is not declared there: move it to ${places.get(name) ?? "the contract's file"}.`,
    ];
  if (to <= contract.version) return [];
  return [
    `${type.name} (${file}) leads to version ${to} of ${name}, which has version ${contract.version}: write { version: ${to} } above ${contract.type.name}, or remove the upcaster.`,
  ];
}

const contractsIn = (path: string): Contract[] =>
  classesIn(path).flatMap((declared) => declaredContract(declared) ?? []);

const shown = (folder: string, path: string): string => relative(folder, path).split(sep).join('/');
