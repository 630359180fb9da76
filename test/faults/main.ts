import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type Arguments, readArguments, usage, WrongUse } from './arguments';
import { playable, playCampaign, type Results } from './campaign';
import { machine } from './patience/machine-speed';
import { bugTable, faultTable, lateLines, measuredLines } from './report/table';
import { stopClusters } from './stage/shared-clusters';
import { Stage } from './stage/stage';

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2), playable, Date.now());
  if (asked.help) {
    console.log(usage(playable));
    return 0;
  }
  console.error(`seed ${asked.seed}, commit ${commit()}, profile ${asked.profile}`);
  const results = await playCampaign(asked);
  print(asked, results);
  if (asked.report)
    writeFileSync(
      asked.report,
      `${JSON.stringify({ ...asked, commit: commit(), slowness: machine.figures, ...results }, null, 2)}\n`,
    );
  const failed =
    results.rows.some(({ failures }) => failures.length > 0) ||
    results.bugs.some(({ caughtBy }) => caughtBy.length === 0);
  return failed ? 1 : 0;
}

function print({ seed, profile }: Arguments, { rows, bugs }: Results): void {
  if (rows.length > 0) console.log(`\n${faultTable(rows)}`);
  for (const line of [...measuredLines(rows), ...lateLines(rows)]) console.log(`\n${line}`);
  if (bugs.length > 0) {
    console.log(`\n${bugTable(bugs)}`);
    console.log(`\ncaught ${bugs.filter(({ caughtBy }) => caughtBy.length > 0).length} of ${bugs.length}`);
  }
  console.log(`\n${machine.described}`);
  console.log(`seed ${seed}, commit ${commit()}, profile ${profile}`);
}

/**
 * The commit that is checked out, marked when something in it was changed since; nothing is known without a
 * repository.
 */
function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void interrupted(signal));

async function interrupted(signal: string): Promise<void> {
  console.error(`\n${signal}: clearing away what runs ...`);
  await Stage.clearAll()
    .then(stopClusters)
    .finally(() => process.exit(INTERRUPTED));
}

void main()
  .catch((error: Error) => {
    console.error(error instanceof WrongUse ? error.message : error.stack);
    return 2;
  })
  .then((code) => process.exit(code));
