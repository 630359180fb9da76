import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../kernel/backoff';
import type { Deadline } from '../kernel/deadline';

/** Jittered, so that processes do not ask at the same moments. */
const BACKOFF = { firstMs: 25, longestMs: 500 };

/**
 * Waits for a module that no process hosts at the moment, because it is restarted or moved. However many
 * callers wait, one question at a time is asked for all of them.
 */
export class ModuleLiveness {
  private looking: Promise<void> | undefined;
  private waiting = 0;

  /** `isAlive` asks once and does not throw. */
  constructor(private readonly isAlive: () => Promise<boolean>) {}

  /** Resolves to true as soon as a process hosts the module, and to false when the deadline comes first. */
  async waitUntilAlive(deadline: Deadline): Promise<boolean> {
    this.waiting += 1;
    const giveUp = new AbortController();
    try {
      this.looking ??= this.probe().finally(() => (this.looking = undefined));
      const found = this.looking.then(() => true);
      const tooLate = sleep(deadline.left, false, { signal: giveUp.signal }).catch(() => false);
      return await Promise.race([found, tooLate]);
    } finally {
      this.waiting -= 1;
      giveUp.abort();
    }
  }

  private async probe(): Promise<void> {
    for (let attempt = 1; this.waiting > 0; attempt += 1) {
      await sleep(backoff(attempt, BACKOFF));
      if (await this.isAlive()) return;
    }
  }
}
