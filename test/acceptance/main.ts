import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readOptions } from '../../src/platform/cli/options.ts';
import { table } from '../../src/platform/cli/table.ts';

/**
 * `npm run acceptance`: plays the whole acceptance suite in each topology, one after the other, and says how
 * each went.
 */
const ROOT = join(dirname(process.argv[1]), '../..');
const { projects } = createRequire(join(ROOT, 'package.json'))('./jest.config.js') as {
  projects: { displayName: string; globals?: { TOPOLOGY?: string } }[];
};
/** Its seven processes and three brokers keep a small machine busy: one file at a time. */
const WIDEST = 'all-apart';
const ONE_PROCESS = 'one-process';
const TOPOLOGIES = [ONE_PROCESS, ...projects.flatMap(({ globals }) => globals?.TOPOLOGY ?? [])];

const USAGE = `Plays the same acceptance suite against every topology of the application.

  npm run acceptance -- [options]

  --topology NAME    only this one; may be given several times: ${TOPOLOGIES.join(', ')}
  --only PATTERN     only the files whose name matches, such as returns
  --server NAME      in one process against another server than the embedded one: postgresql-15 (Debian's, with default settings),
                     pgbouncer (the same behind Debian's PgBouncer in session mode), or the folder of a release's programs, such as
                     /usr/lib/postgresql/17/bin; npm run postgres:install brings the first two
  --report FILE      write the outcomes there, as JSON
  --help             this page

The exit code is 0 when every test of every topology passed and none was skipped, else 1.`;

interface Outcome {
  topology: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

async function main(): Promise<number> {
  const options = {
    topology: { type: 'string', multiple: true },
    only: { type: 'string' },
    server: { type: 'string' },
    report: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = readOptions({ options }, (message) => new Error(message));
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const unknown = values.topology?.find((name) => !TOPOLOGIES.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no topology "${unknown}". The topologies are ${TOPOLOGIES.join(', ')}.`);
  const server = values.server === undefined ? undefined : serverNamed(values.server);
  const chosen = values.topology ?? (server === undefined ? TOPOLOGIES : [ONE_PROCESS]);
  if (server !== undefined && chosen.some((topology) => topology !== ONE_PROCESS))
    throw new Error(`Another server is for ${ONE_PROCESS} only. Leave --server or the other topologies out.`);
  const outcomes: Outcome[] = [];
  for (const topology of chosen) outcomes.push(await play(topology, values.only, server));
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ outcomes }));
  console.log('');
  const rows = outcomes.map(({ topology, passed, failed, skipped, seconds }) => [
    topology,
    passed,
    failed,
    skipped,
    Math.round(seconds),
  ]);
  for (const line of table(['TOPOLOGY', 'PASSED', 'FAILED', 'SKIPPED', 'SECONDS'], rows)) console.log(line);
  return outcomes.every(({ passed, failed, skipped }) => passed > 0 && failed + skipped === 0) ? 0 : 1;
}

/** A name that the tests know, or a folder with a server's programs. */
function serverNamed(name: string): string {
  if (['postgresql-15', 'pgbouncer'].includes(name)) return name;
  if (existsSync(join(name, 'initdb'))) return resolve(name);
  throw new Error(
    `There is no server "${name}". Name postgresql-15, pgbouncer, or a folder that has initdb and postgres in it.`,
  );
}

/** One topology in a Jest run of its own; prints each file as it ends, and what failed. */
async function play(topology: string, only = '', server: string | undefined): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'seamline-acceptance-'));
  const report = join(folder, 'report.json');
  const begun = performance.now();
  console.log(`\n${topology}${server === undefined ? '' : ` on ${server}`}`);
  try {
    const project = topology === ONE_PROCESS ? 'e2e' : topology;
    const jest = spawn(
      process.execPath,
      [
        join(ROOT, 'node_modules/jest/bin/jest.js'),
        '--selectProjects',
        project,
        '--testPathPatterns',
        `test/acceptance/.*${only}`,
        '--json',
        '--outputFile',
        report,
        ...(topology === WIDEST ? ['--maxWorkers', '1'] : []),
        // A server with default settings takes a hundred connections.
        ...(server === undefined ? [] : ['--maxWorkers', '2']),
      ],
      {
        cwd: ROOT,
        env: { ...process.env, ACCEPTANCE: 'whole', ...(server && { SEAMLINE_TEST_SERVER: server }) },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const ended = new Promise((resolve, reject) => jest.once('close', resolve).once('error', reject));
    // Each passed test has a line of its own, which says too much here.
    for await (const line of createInterface(jest.stderr))
      if (!/^\s+✓ |^\s*$/.test(line)) console.log(`  ${line}`);
    await ended;
    return { topology, ...countsIn(report), seconds: (performance.now() - begun) / 1_000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that never came so far as to write a report failed. */
function countsIn(report: string): Pick<Outcome, 'passed' | 'failed' | 'skipped'> {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as Record<string, number>;
    return {
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 1;
  },
);
