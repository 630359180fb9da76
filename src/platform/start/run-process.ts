import type { Type } from '@nestjs/common';
import { awaitedStep, interruptStart, StartInterrupted, StartStepTooSlow } from '../start-step';
import { endAtOnce } from './end-at-once';
import { startApplication } from './start-application';

const INTERRUPTED = 130;

/** Runs the application until it is told to stop: once politely, twice at once, also while it starts. */
export async function runProcess(root: Type): Promise<void> {
  const told = untilTold();
  try {
    const { failed, stop } = await startApplication(root, process.env);
    const failure = await Promise.race([told, failed]);
    if (failure) throw failure;
    await stop();
    process.exit(0);
  } catch (error) {
    if (error instanceof StartInterrupted) process.exit(0);
    console.error((error as Error).message);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    if (error instanceof StartStepTooSlow) endAtOnce(1);
    process.exit(1);
  }
}

/** Resolves at the first signal; the second one ends the process, whatever it is doing. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    let times = 0;
    const hear = (): void => {
      times += 1;
      if (times > 1) endAtOnce(INTERRUPTED);
      const step = awaitedStep();
      console.log(`Stopping: ${step ? `waiting for ${step}` : 'finishing what runs'} ... Ctrl-C ends it at once.`);
      interruptStart();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  });
}
