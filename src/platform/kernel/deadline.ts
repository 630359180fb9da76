import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * When an answer is no longer wanted. Measured by this process's own steady clock: the clocks of two machines
 * differ.
 */
export class Deadline {
  private constructor(private readonly at: number) {}

  static in(milliseconds: number): Deadline {
    return new Deadline(performance.now() + milliseconds);
  }

  /** Milliseconds until then; 0 when it has passed. */
  get left(): number {
    return Math.max(0, this.at - performance.now());
  }

  get hasPassed(): boolean {
    return this.left === 0;
  }

  /** The earlier of two. */
  orEarlier(other: Deadline | undefined): Deadline {
    return other && other.at < this.at ? other : this;
  }
}

const storage = new AsyncLocalStorage<Deadline>();

/**
 * Runs work whose caller stops waiting at the deadline. Calls to other processes from inside it end by then
 * too.
 */
export const withDeadline = <T>(deadline: Deadline, work: () => T): T => storage.run(deadline, work);

/** The deadline of the running work; undefined without one. */
export const currentDeadline = (): Deadline | undefined => storage.getStore();
