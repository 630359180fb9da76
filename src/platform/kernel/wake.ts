import { setTimeout as sleep } from 'node:timers/promises';

/** One sleeper that can be woken early. A call that comes while nobody sleeps is kept for the next sleep. */
export class Wake {
  private raised = false;
  private wakeSleeper: (() => void) | undefined;

  raise(): void {
    this.raised = true;
    this.wakeSleeper?.();
  }

  raiseIn(ms: number): void {
    if (ms <= 0) this.raise();
    else setTimeout(() => this.raise(), Math.min(ms, 2 ** 31 - 1)).unref();
  }

  /** Sleeps until woken, at most the given time. */
  async sleep(ms: number): Promise<void> {
    if (!this.raised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wakeSleeper = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wakeSleeper = undefined;
    }
    this.raised = false;
  }
}

/** Sleeps for the given time; shorter when the signal says that it is time to stop. */
export async function rest(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
