import type { Type } from '@nestjs/common';
import { startApplication } from './start-application';

const INTERRUPTED = 130;

/** Runs the application until it is told to stop: once politely, twice at once. */
export async function runProcess(root: Type): Promise<void> {
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  try {
    const { failed, stop } = await startApplication(root, process.env);
    const failure = await Promise.race([told, failed]);
    if (failure) throw failure;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
    console.log('Stopping: finishing what runs ...');
    await stop();
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    process.exit(1);
  }
}
