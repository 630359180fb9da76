import 'reflect-metadata';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Interrupted, interruption } from '../src/demo/interruption';
import { projectFolder } from '../src/demo/project-folder';
import { type BenchArguments, isPublishable, readArguments, usage, UsageError } from './arguments';
import { currentCommit, describeMachine } from './harness/machine';
import { openServer, type OpenServer } from './harness/open-server';
import type { Page } from './harness/page';
import type { Chapter, RunReport } from './harness/run-report';
import type { Scenario } from './harness/scenario';
import { ProgressLine } from './progress-line';
import { printChapter } from './report/print-chapter';
import { publish } from './report/publish';
import { pages } from './scenarios';

const progress = new ProgressLine();

/** `npm run bench`: answers the exit code. */
async function main(argv: string[]): Promise<number> {
  const interrupted = interruption();
  let opening: Promise<OpenServer> | undefined;
  try {
    const asked = readArguments(argv, pages);
    if (asked.help) {
      console.log(usage(pages));
      return 0;
    }
    if (asked.report !== undefined) checkWritable(asked.report);
    opening = openServer((line) => console.error(line));
    const server = await Promise.race([opening, interrupted]);
    const report = await run(asked, server, interrupted);
    if (asked.report !== undefined) writeFileSync(asked.report, `${JSON.stringify(report, undefined, 2)}\n`);
    if (isPublishable(asked)) await publish(report, asked.page, join(projectFolder(), 'docs'));
    return 0;
  } catch (error) {
    return explain(error);
  } finally {
    await (await opening?.catch(() => undefined))?.close();
  }
}

async function run(
  asked: BenchArguments<Page>,
  server: OpenServer,
  interrupted: Promise<never>,
): Promise<RunReport> {
  const begin = Date.now();
  const machine = await describeMachine(server.adminUrl);
  const chapters: Chapter[] = [];
  const chosen = asked.page.scenarios.filter(({ name }) => asked.only.includes(name));
  for (const scenario of chosen) {
    const chapter = await measure(scenario, asked, server, interrupted);
    chapters.push(chapter);
    progress.clear();
    printChapter(chapter);
  }
  const { rounds, seconds, full } = asked;
  return {
    startedAt: new Date(begin).toISOString(),
    commit: currentCommit(),
    machine,
    rounds,
    seconds,
    full,
    durationSeconds: (Date.now() - begin) / 1_000,
    chapters,
  };
}

/**
 * Whatever ends a scenario, what it has started is stopped: processes of the application outlive this one
 * otherwise.
 */
async function measure(
  scenario: Scenario,
  asked: BenchArguments,
  server: OpenServer,
  interrupted: Promise<never>,
): Promise<Chapter> {
  const begin = Date.now();
  const undo: (() => Promise<void>)[] = [];
  try {
    const running = scenario.run({
      server,
      rounds: asked.rounds,
      seconds: asked.seconds,
      full: asked.full,
      profileFolder: asked.profile ? join(projectFolder(), 'dist', 'profiles') : undefined,
      progress: (line) => progress.show(`${scenario.name}: ${line}`),
      defer: (step) => undo.push(step),
    });
    const outcome = await Promise.race([running, interrupted]);
    const { name, title, about } = scenario;
    return { name, title, about, outcome, durationSeconds: (Date.now() - begin) / 1_000 };
  } finally {
    for (const step of undo.reverse())
      await step().catch((error: Error) => console.error(`Cleaning up: ${error.message}`));
  }
}

/** Found out now, and not after everything was measured. */
function checkWritable(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `The report cannot be written: ${(error as Error).message}. Give --report a file in a folder that may be written to.`,
    );
  }
}

function explain(error: unknown): number {
  progress.clear();
  if (error instanceof Interrupted) {
    console.error(`${error.message} Cleaning up ...`);
    return error.exitCode;
  }
  console.error(error instanceof UsageError ? error.message : error);
  return 1;
}

// What is still under way when a run ends early, such as a worker on a server that is gone, must not keep it
// alive.
void main(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
