import { abortableDelay } from '../kernel/abortable-delay';
import type { WaitMeasurement, WaitMeter } from './wait-meter';

const LOOK_MS = 100;

export interface ChangeReportOptions {
  readonly meter: Pick<WaitMeter, 'measure'>;
  /**
   * Whether what this process was asked to host, and what has left it, can be reached somewhere. Failing
   * counts as "not yet".
   */
  readonly isSettled: () => Promise<boolean>;
  readonly log: (line: string) => void;
}

/**
 * Says after modules have left or come how long clients waited for that: not only until this process went on,
 * but until every module answered again, here or elsewhere. Changes that follow one another before that are
 * one.
 */
export class ChangeReport {
  private readonly stopping = new AbortController();
  private measurement: WaitMeasurement | undefined;
  private followed: WaitMeasurement | undefined;

  constructor(private readonly options: ChangeReportOptions) {}

  /** To be called before requests begin to wait. */
  begin(): void {
    this.measurement ??= this.options.meter.measure();
  }

  /** To be called when this process has changed; resolves when the change was reported. */
  async changed(): Promise<void> {
    const { measurement } = this;
    if (!measurement || measurement === this.followed) return;
    this.followed = measurement;
    while (!(await this.options.isSettled().catch(() => false))) {
      await abortableDelay(LOOK_MS, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
    }
    // Whatever changes from here on is a change of its own.
    this.measurement = undefined;
    const { longestMs, failed } = await measurement.end();
    if (this.stopping.signal.aborted) return;
    const failures = failed > 0 ? `, and ${failed} got no answer or an error` : '';
    this.options.log(
      `Modules have left or come; requests waited for ${(longestMs / 1_000).toFixed(2)} s at most${failures}.`,
    );
  }

  /** Says nothing more. */
  stop(): void {
    this.stopping.abort();
  }
}
