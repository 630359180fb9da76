import type { Type } from '@nestjs/common';
import { currentStep, interruptStart, StartInterrupted, StartStepTooSlow } from '../kernel/start-step';
import { startServerEarly } from '../provisioning/early-server';
import { exitNow } from './exit-now';

const INTERRUPTED = 130;
const SAME_SIGNAL_MS = 50;

/**
 * Runs the application until a signal stops it: the first one gracefully, the second one at once, also while
 * it starts. Its code is loaded while the embedded server starts, where there is one.
 */
export async function runProcess(loadRoot: () => Promise<Type>): Promise<void> {
  const told = untilSignalled();
  const server = startServerEarly(process.env, console.log);
  try {
    await server?.underWay;
    const [{ startApplication }, root] = [await import('./start-application.ts'), await loadRoot()];
    const { failed, stop } = await startApplication(root, process.env, console.log, server);
    const since = performance.getEntriesByName('start').at(0)?.startTime ?? 0;
    console.log(`Started in ${((performance.now() - since) / 1_000).toFixed(1)} s.`);
    performance.mark('started');
    const failure = await Promise.race([told, failed]);
    if (failure) throw failure;
    await stop();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof StartInterrupted)) console.error((error as Error).message);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    // Where the files hang, so would stopping; the server that goes on is adopted by the next start.
    if (error instanceof StartStepTooSlow) exitNow(1);
    interruptStart();
    await server?.stop();
    process.exit(error instanceof StartInterrupted ? 0 : 1);
  }
}

/**
 * Resolves at the first signal; the second one ends the process, whatever it is doing. What comes with the
 * first one counts as the same: a Ctrl-C reaches this process from the terminal and once more from a program
 * that started it and hands it on, such as the Nest CLI.
 */
function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    let mayEndAtOnce = false;
    const hear = (): void => {
      if (mayEndAtOnce) exitNow(INTERRUPTED);
      if (told) return;
      told = true;
      const step = currentStep();
      setTimeout(() => {
        mayEndAtOnce = true;
        console.log(
          `Stopping: ${step ? `waiting for ${step}` : 'finishing what runs'} ... Ctrl-C ends it at once.`,
        );
      }, SAME_SIGNAL_MS);
      interruptStart();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  });
}
