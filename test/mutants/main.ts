import { dirname, join } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { mutants } from './catalogue/mutants.ts';
import type { Mutant } from './mutant.ts';
import { Sandbox } from './sandbox.ts';

/**
 * `npm run mutants`: plants each mistake of the catalogue in a copy of the sources, and says which of them
 * the tests notice.
 */
const ROOT = join(dirname(process.argv[1]), '../..');

async function main(): Promise<number> {
  const { only, list, help } = readArguments(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const chosen = mutants.filter(
    ({ name, file }) => only.length === 0 || only.some((pattern) => pattern.test(name) || pattern.test(file)),
  );
  if (chosen.length === 0) throw new Error('No mutant matches. The names: npm run mutants -- --list');
  if (list) {
    for (const { name, breaks, file } of chosen) console.log(`${name.padEnd(45)} ${file}\n    ${breaks}`);
    return 0;
  }
  const sandbox = Sandbox.make(ROOT);
  try {
    await refuseBrokenTests(sandbox, chosen);
    let caught = 0;
    for (const mutant of chosen) if (await isCaught(sandbox, mutant)) caught += 1;
    console.log(`\ncaught ${caught} of ${chosen.length}`);
    return caught === chosen.length ? 0 : 1;
  } finally {
    sandbox.remove();
  }
}

/** A test that fails without a mistake would catch everything. */
async function refuseBrokenTests(sandbox: Sandbox, chosen: readonly Mutant[]): Promise<void> {
  const specs = [...new Set(chosen.flatMap(({ specs: own }) => own))].sort();
  console.log(`${specs.length} test files without a mistake ...`);
  const { passed, output } = await sandbox.run(
    specs,
    chosen.some(({ built }) => built === true),
  );
  if (!passed)
    throw new Error(`The tests fail without any mistake, so that they would prove nothing:\n\n${output}`);
}

async function isCaught(sandbox: Sandbox, mutant: Mutant): Promise<boolean> {
  const begun = performance.now();
  const { passed } = await sandbox.with(mutant, () => sandbox.run(mutant.specs, mutant.built === true));
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0).padStart(4);
  console.log(`${passed ? 'MISSED' : 'caught'}${seconds} s  ${mutant.name}: ${mutant.breaks}`);
  return !passed;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
