/** Wakes one waiting loop early. A signal that is raised between two waits ends the next one at once. */
export class WakeSignal {
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

  /** Waits until the signal is raised, at most `ms` milliseconds. */
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
