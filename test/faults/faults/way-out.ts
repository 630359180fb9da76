import { setTimeout as sleep } from 'node:timers/promises';
import { machine } from '../patience/machine-speed';
import { opsCommand } from '../stage/ops-command';
import type { Stage } from '../stage/stage';
import { Violated } from './violated';

const NOTICED_WITHIN_MS = 20_000;
const SETTLED_MS = 1_500;
const OPERATOR = 'npm run ops';
const COMMAND = /npm run ops -- ((?:[a-z]+-)+[a-z]+(?: [a-z]+)?)/g;

/**
 * Does what an operator does whose processes are not ready any more: reads what they say, stops them, runs
 * each command that they name, and starts them again. Answers what the commands printed; undefined when every
 * process was ready all the time, or became it by itself.
 */
export async function takeTheWayOut(stage: Stage): Promise<string | undefined> {
  const isOver = machine.within(NOTICED_WITHIN_MS);
  let unready = await unreadyReasons(stage);
  while (unready.length === 0) {
    if (isOver()) return undefined;
    await sleep(100);
    unready = await unreadyReasons(stage);
  }
  // Each module says it for itself.
  await sleep(SETTLED_MS * machine.slowness);
  const said = [...(await unreadyReasons(stage)), stage.lastWords].join('\n');
  const commands = [...new Set([...said.matchAll(COMMAND)].map(([, command]) => command))];
  if (commands.length === 0)
    throw new Violated(
      'I7',
      `processes are not ready and do not say what helps: ${unready.join('; ').slice(0, 600)}`,
    );
  stage.hasCutLogs = true;
  await Promise.all(stage.hosts.map((host) => host.terminate()));
  const printed: string[] = [];
  for (const command of commands)
    printed.push(await opsCommand(stage.operatorSettings(command.split(' ')[1]), ...command.split(' ')));
  for (const host of stage.hosts) host.launch();
  return printed.join('\n');
}

/** What each process that is up and not ready answers when it is asked whether it is. */
async function unreadyReasons(stage: Stage): Promise<string[]> {
  const waits = stage.lastWords.includes(OPERATOR);
  const answers = await Promise.all(
    stage.hosts.map(async ({ url }) => {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      const text = await answer?.text();
      // Databases that are down for a moment are no change of history.
      return answer?.status === 503 && (waits || text?.includes(OPERATOR) || !text?.includes('"down"'))
        ? `${url}: ${text}`
        : undefined;
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}
