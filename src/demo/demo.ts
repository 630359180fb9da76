import { writeFile } from 'node:fs/promises';
import { ApiClient } from './api-client';
import { Courier } from './courier';
import { type Difference, differencesBetween } from './differences';
import { expectedReport } from './expectation';
import { gatherReport } from './gather-report';
import { Operators } from './operators';
import type { Plan } from './plan';
import type { PlayedApplication } from './played-application';
import { Player } from './player';
import { type ShowProgress, withProgress } from './progress';
import type { Report } from './report';
import { settled } from './settled';
import { setUp } from './set-up';
import { summaryOf, type Times } from './summary';
import { Tally } from './tally';

const NOT_AT_REST =
  '✗ The application did not come to rest: messages or jobs are still on their way, or parked.';

export interface PlayOptions {
  /** How many customers are played side by side. */
  concurrency: number;
  /** Talks to the application, and is closed at the end; by default to its address. */
  api?: ApiClient;
  /** Shows how far each part is; by default in the terminal. */
  show?: ShowProgress;
}

/** What came of a plan. */
export interface Played {
  report: Report;
  /** From what the plan alone says must come about. */
  differences: Difference[];
  /** Nothing was on its way any more when the report was made. */
  quiescent: boolean;
  times: Times;
}

/** Plays the plan through the application, prints what came of it, and answers whether everything adds up. */
export async function runDemo(
  application: PlayedApplication,
  plan: Plan,
  concurrency: number,
  reportFile?: string,
): Promise<boolean> {
  console.error(`${application.arrival} ...`);
  const { report, differences, quiescent, times } = await playDemo(application, plan, { concurrency });
  console.log(summaryOf(report, differences, times));
  if (reportFile !== undefined) await write(report, reportFile);
  if (!quiescent) console.error(NOT_AT_REST);
  return quiescent && differences.length === 0;
}

/** Plays the plan through the application, which must not know of anything yet. */
export async function playDemo(
  application: PlayedApplication,
  plan: Plan,
  { concurrency, api: given, show = withProgress }: PlayOptions,
): Promise<Played> {
  const expected = expectedReport(plan);
  const tally = new Tally();

  const [, starting] = await timed(() => application.start());
  const api = given ?? new ApiClient(application.url);
  const ops = new Operators(application.opsUrls);
  try {
    const [player, settingUp] = await timed(async () => {
      let done = 0;
      const standing = () => ({ done, total: plan.customers.length + plan.items.length });
      const customerIds = await show('Setting up', standing, () =>
        setUp(api, plan, concurrency, () => (done += 1)),
      );
      await settled(api, ops);
      return new Player(api, plan, customerIds, tally);
    });
    const [, playing] = await timed(() =>
      show(
        'Playing   ',
        () => standingOf(tally, expected.orders.submitted),
        () => play(player, new Courier(api, tally), concurrency),
      ),
    );
    const [quiescent, settling] = await timed(() => settled(api, ops));

    const report = await gatherReport(api, ops, tally, playing);
    return {
      report,
      differences: differencesBetween(expected, report),
      quiescent,
      times: { starting, settingUp, playing, settling },
    };
  } finally {
    api.close();
    ops.close();
  }
}

async function play(player: Player, courier: Courier, concurrency: number): Promise<void> {
  const delivering = courier.work();
  try {
    // The courier never ends before `stop`, unless it fails.
    await Promise.race([player.play(concurrency), delivering]);
  } finally {
    courier.stop();
  }
  await delivering;
}

function standingOf(tally: Tally, total: number) {
  const { finished, refusedForPrice, completed, rejected, cancelled, delivered, returned } = tally;
  const counts = `${completed} completed, ${refusedForPrice} refused, ${rejected} rejected, ${cancelled} cancelled, ${delivered} delivered, ${returned} returned`;
  return { done: finished + refusedForPrice, total, counts };
}

async function write(report: Report, file: string): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.error(`The report was written to ${file}.`);
}

async function timed<T>(work: () => Promise<T>): Promise<[T, seconds: number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1_000];
}
