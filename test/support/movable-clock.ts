import { Clock } from '../../src/platform/unit-of-work/clock';

/** Runs like the real one, as far ahead of it as a test has moved it. */
export class MovableClock extends Clock {
  private movedMs = 0;

  override get aheadMs(): number {
    return this.movedMs;
  }

  moveMinutes(minutes: number): void {
    this.movedMs += minutes * 60_000;
  }
}
