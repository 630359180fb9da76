import type { BenchMessage } from './message';
import { KEYS } from './message';

export interface Faults {
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
}

/** Counts what handlers see, message by message, whatever a contestant promises. */
export class Ledger {
  private readonly times: Uint8Array;
  private readonly last = new Int32Array(KEYS);
  private outOfOrder = 0;
  private doubled = 0;
  #distinct = 0;

  constructor(capacity: number) {
    this.times = new Uint8Array(capacity);
  }

  /** Called by the handler, before anything else. */
  see({ number, key, sequence }: BenchMessage): void {
    if (this.times[number] > 0) this.doubled += 1;
    else this.#distinct += 1;
    this.times[number] = 1;
    if (sequence < this.last[key]) this.outOfOrder += 1;
    else this.last[key] = sequence;
  }

  /** Messages seen at least once. */
  get distinct(): number {
    return this.#distinct;
  }

  /** Of `published` messages. Out of order means that a later one of the key was seen before. */
  faults(published: number): Faults {
    return { lost: published - this.#distinct, doubled: this.doubled, outOfOrder: this.outOfOrder };
  }
}
