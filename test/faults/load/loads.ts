import type { Load } from './load';

/** One load; or, where a fault lasts, one after another until it is over. */
export class Loads {
  private current: Load | undefined;
  private over: boolean;

  constructor(
    private readonly next: (nth: number) => Load,
    lasting: boolean,
  ) {
    this.over = !lasting;
  }

  /** Resolves when the last load has come to its end. */
  async play(): Promise<void> {
    let nth = 0;
    do {
      this.current = this.next(nth);
      await this.current.play();
      nth += 1;
    } while (!this.over);
  }

  /** No other load begins from now on. */
  end(): void {
    this.over = true;
  }

  /** Ends what has not ended by itself. */
  async stop(): Promise<void> {
    this.end();
    await this.current?.stop();
  }
}
