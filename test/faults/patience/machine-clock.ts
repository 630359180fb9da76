/**
 * A probe under the load of a campaign takes so long on a machine of normal speed: two cores that do nothing
 * else.
 */
export const REFERENCE_MS = 40;
/** So many probes tell how fast the machine is now: one alone is luck. */
const PROBES = 6;
/** However slow a machine is: at the end there must be a verdict. */
const SLOWEST = 10;

/**
 * A clock that goes as fast as the machine: a second of it is what a machine of normal speed does in a
 * second. It never goes faster than the real one, so patience by it is never shorter than it says.
 * Milliseconds.
 */
export class MachineClock {
  private readonly probes: number[] = [];
  private readonly begunAt: number;
  private at: number;
  private gone = 0;
  private sum = 0;
  private noted = 0;
  private most = 1;

  constructor(private readonly time: () => number = () => performance.now()) {
    this.begunAt = this.at = time();
  }

  /** How many times longer things take now than on a machine of normal speed; at least 1. */
  get slowness(): number {
    if (this.probes.length === 0) return 1;
    const mean = this.probes.reduce((sum, ms) => sum + ms, 0) / this.probes.length;
    return Math.min(SLOWEST, Math.max(1, mean / REFERENCE_MS));
  }

  /**
   * All that was measured: the mean of the probes, in milliseconds, and the mean and the highest slowness.
   */
  get figures(): { probeMs: number; mean: number; most: number } {
    const gone = this.now();
    const real = this.at - this.begunAt;
    return {
      probeMs: this.noted > 0 ? this.sum / this.noted : 0,
      mean: gone > 0 ? real / gone : 1,
      most: this.most,
    };
  }

  get described(): string {
    const { probeMs, mean, most } = this.figures;
    return `machine: ${mean.toFixed(1)} times as slow as a normal one, at most ${most.toFixed(1)} times (a probe took ${probeMs.toFixed(0)} ms, ${REFERENCE_MS} ms are normal)`;
  }

  /** Takes in how long a probe took. */
  note(probeMs: number): void {
    this.now();
    this.probes.push(probeMs);
    if (this.probes.length > PROBES) this.probes.shift();
    this.sum += probeMs;
    this.noted += 1;
    this.most = Math.max(this.most, this.slowness);
  }

  now(): number {
    const time = this.time();
    this.gone += (time - this.at) / this.slowness;
    this.at = time;
    return this.gone;
  }

  /** Tells whether so much time has passed by this clock since now. */
  within(ms: number): () => boolean {
    const end = this.now() + ms;
    return () => this.now() > end;
  }
}
