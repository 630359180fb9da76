import { setTimeout as sleep } from 'node:timers/promises';
import type { PendingWork } from '../../ops/quiescence';
import { JSON_OPTION, type OpsCommand, WrongUse } from '../command';
import { withOperations } from '../operations';

const PAUSE_MS = 500;
const LONGEST_WAIT_SECONDS = 86_400;

export const quiescent: OpsCommand = {
  name: 'quiescent',
  summary: 'whether nothing is left to happen by itself: exit code 0 if so, else 1',
  options: { wait: { value: 'SECONDS', summary: 'wait this long for it' }, ...JSON_OPTION },
  run: async ({ flag, value }, program) => {
    const givingUpAt = Date.now() + secondsOf(value('wait')) * 1_000;
    const work = await withOperations(program, async ({ quiescence }) => {
      let seen = await quiescence.measure();
      while (!seen.quiescent && Date.now() < givingUpAt) {
        await sleep(Math.min(PAUSE_MS, Math.max(0, givingUpAt - Date.now())));
        seen = await quiescence.measure();
      }
      return seen;
    });
    program.print(flag('json') ? JSON.stringify(work, undefined, 2) : sentenceOf(work));
    return work.quiescent;
  },
};

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (seconds < 0 || seconds > LONGEST_WAIT_SECONDS)
    throw new WrongUse(
      `--wait ${text}: give whole seconds from 0 to ${LONGEST_WAIT_SECONDS}, such as --wait 30.`,
    );
  return seconds;
}

function sentenceOf({
  quiescent: isQuiescent,
  lag,
  retrying,
  runningProcesses,
  openJobs,
  unreachableLogs,
}: PendingWork): string {
  if (isQuiescent) return 'Quiescent: every message is handled, no process runs, no job is open.';
  const parts = [
    ['messages that a subscription has yet to reach', lag],
    ['messages that are tried again', retrying],
    ['processes that run', runningProcesses],
    ['open jobs', openJobs],
    ['logs of modules that are not looked at here', unreachableLogs],
  ] as const;
  const moving = parts.flatMap(([what, count]) =>
    count > 0 ? `${what}: ${count.toLocaleString('en-GB')}` : [],
  );
  return `Not quiescent. ${moving.length > 0 ? moving.join(' · ') : 'Something was published while looking.'}`;
}
