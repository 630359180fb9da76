import type { MachineClock } from './machine-clock';

/** In milliseconds of a machine of normal speed. */
export interface Limits {
  /** Before this nothing is decided. */
  readonly limitMs: number;
  /** After that it is over once nothing has moved for so long. */
  readonly stillMs: number;
  /** And then at the latest: what still moves gets nowhere. */
  readonly longestMs: number;
  /** A machine of normal speed gets no more than `limitMs`, whatever still moves. */
  readonly strict: boolean;
}

/** Up to here a machine is of normal speed. */
const NORMAL = 1.25;

/**
 * How long to wait for something that should come: slow is told from stuck by what moves, and by the speed of
 * the machine.
 */
export class Patience {
  private readonly begun: number;
  private readonly begunAt: number;
  private moved: number;

  constructor(
    private readonly limits: Limits,
    private readonly clock: MachineClock,
    private readonly time: () => number = () => performance.now(),
  ) {
    this.begun = this.moved = clock.now();
    this.begunAt = time();
  }

  /** How many times longer things took since the beginning than on a machine of normal speed. */
  get slowness(): number {
    const gone = this.clock.now() - this.begun;
    return gone > 0 ? (this.time() - this.begunAt) / gone : 1;
  }

  /** For how long nothing has moved, and on what machine. */
  get described(): string {
    return `${Math.round(this.clock.now() - this.moved)} ms after anything last moved, on a machine ${this.slowness.toFixed(1)} times as slow as a normal one`;
  }

  /** Whether it took longer than a machine of normal speed may. */
  get isLate(): boolean {
    return this.time() - this.begunAt > this.limits.limitMs;
  }

  /**
   * Whether what has not come by now is not coming; to be asked again and again with whether anything has
   * moved since.
   */
  isOver(moved: boolean): boolean {
    const now = this.clock.now();
    if (moved) this.moved = now;
    const { limitMs, stillMs, longestMs, strict } = this.limits;
    const gone = now - this.begun;
    if (gone < limitMs) return false;
    return gone >= longestMs || now - this.moved >= stillMs || (strict && this.slowness < NORMAL);
  }
}
