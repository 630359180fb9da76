import { writeFile } from 'node:fs/promises';
import { ApiClient } from './api-client';
import { Courier } from './courier';
import { differencesBetween } from './differences';
import { expectedReport } from './expectation';
import { gatherReport } from './gather-report';
import { Operators } from './operators';
import type { Plan } from './plan';
import type { PlayedApplication } from './played-application';
import { Player } from './player';
import { withProgress } from './progress';
import type { Report } from './report';
import { settled } from './settled';
import { setUp } from './set-up';
import { summaryOf } from './summary';
import { Tally } from './tally';

const NOT_AT_REST = '✗ The application did not come to rest: messages or jobs are still on their way, or parked.';

/** Plays the plan through the application, prints what came of it, and answers whether everything adds up. */
export async function runDemo(application: PlayedApplication, plan: Plan, concurrency: number, reportFile?: string): Promise<boolean> {
  const expected = expectedReport(plan);
  const tally = new Tally();

  const [, starting] = await timed(() => {
    console.error(`${application.arrival} ...`);
    return application.start();
  });
  const api = new ApiClient(application.url);
  const ops = new Operators(application.opsUrls);
  try {
    const [player, settingUp] = await timed(async () => {
      let done = 0;
      const standing = () => ({ done, total: plan.customers.length + plan.items.length });
      const customerIds = await withProgress('Setting up', standing, () => setUp(api, plan, concurrency, () => (done += 1)));
      await settled(api, ops);
      return new Player(api, customerIds, tally);
    });
    const [, playing] = await timed(() =>
      withProgress(
        'Playing   ',
        () => standingOf(tally, expected.orders.submitted),
        () => play(player, new Courier(api, tally), plan, concurrency),
      ),
    );
    const [atRest, settling] = await timed(() => settled(api, ops));

    const report = await gatherReport(api, ops, tally, playing);
    const differences = differencesBetween(expected, report);
    console.log(summaryOf(report, differences, { starting, settingUp, playing, settling }));
    if (reportFile !== undefined) await write(report, reportFile);
    if (!atRest) console.error(NOT_AT_REST);
    return atRest && differences.length === 0;
  } finally {
    api.close();
    ops.close();
  }
}

async function play(player: Player, courier: Courier, plan: Plan, concurrency: number): Promise<void> {
  const delivering = courier.work();
  try {
    // The courier never ends before it is told to, unless it fails.
    await Promise.race([player.play(plan, concurrency), delivering]);
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
