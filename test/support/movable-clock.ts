import { Clock } from '../../src/platform/clock';

/** Runs like the real one, as far ahead of it as a test has moved it. */
export class MovableClock extends Clock {
  private aheadMs = 0;

  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  moveMinutes(minutes: number): void {
    this.aheadMs += minutes * 60_000;
  }
}
