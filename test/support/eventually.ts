import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * Waits for an outcome: repeats the attempt until it does not throw, and resolves to its result. When it
 * still throws after
 * `withinMs`, that error is the test's, so that it says what was seen last.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, withinMs = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(pause);
  }
}
