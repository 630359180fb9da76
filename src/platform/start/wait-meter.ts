import type { IncomingMessage, ServerResponse } from 'node:http';
import { preferredWait } from '../http/prefer-wait';

/** What clients saw while a measurement went on. */
export interface Waits {
  /**
   * From the moment in which a request came to the first byte of its answer, or to its client's giving up.
   */
  readonly longestMs: number;
  /** How many were answered with 5xx, or with nothing. */
  readonly failed: number;
}

/** One measurement: of all requests that wait at any moment of it. */
export interface WaitMeasurement {
  /**
   * Takes no further requests; resolves when the last one that counts has been answered. Calling it again
   * answers the same.
   */
  end(): Promise<Waits>;
}

/**
 * Knows since when each request at a port has waited for its answer, whatever it waits for: an application of
 * this process, a module of another one. One that asks to wait (`Prefer: wait`) has its reasons and does not
 * count. Costs an entry in a map where nothing is measured.
 */
export class WaitMeter {
  private readonly waiting = new Map<ServerResponse, number>();
  private readonly running = new Set<Measurement>();

  constructor(private readonly now = (): number => performance.now()) {}

  /** To be called with each request as it comes. */
  note(request: IncomingMessage, response: ServerResponse): void {
    if (preferredWait([request.headers.prefer].flat().join()) !== undefined) return;
    this.waiting.set(response, this.now());
    for (const measurement of this.running) this.follow(response, measurement);
    response.once('close', () => this.waiting.delete(response));
  }

  /** Of the requests that wait now, and of all that come until it ends. */
  measure(): WaitMeasurement {
    const measurement = new Measurement(() => this.running.delete(measurement));
    this.running.add(measurement);
    for (const response of this.waiting.keys()) if (!response.headersSent) this.follow(response, measurement);
    return measurement;
  }

  private follow(response: ServerResponse, measurement: Measurement): void {
    const since = this.waiting.get(response)!;
    measurement.begins(response);
    const over = (): void => measurement.over(response, this.now() - since);
    response.once('close', over);
    // Nothing else tells of the first byte, and a stream of events may not end for long.
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
    response.writeHead = (...head: unknown[]): ServerResponse => {
      const written = writeHead(...head);
      over();
      return written;
    };
  }
}

class Measurement implements WaitMeasurement {
  private readonly open = new Set<ServerResponse>();
  private readonly ended: Promise<void>;
  private tellEnded!: () => void;
  private longestMs = 0;
  private failed = 0;
  private isEnding = false;

  constructor(private readonly leave: () => void) {
    this.ended = new Promise((resolve) => (this.tellEnded = resolve));
  }

  begins(response: ServerResponse): void {
    this.open.add(response);
  }

  over(response: ServerResponse, waitedMs: number): void {
    if (!this.open.delete(response)) return;
    this.longestMs = Math.max(this.longestMs, waitedMs);
    if (!response.headersSent || response.statusCode >= 500) this.failed += 1;
    this.tellIfEnded();
  }

  async end(): Promise<Waits> {
    this.leave();
    this.isEnding = true;
    this.tellIfEnded();
    await this.ended;
    return { longestMs: this.longestMs, failed: this.failed };
  }

  private tellIfEnded(): void {
    if (this.isEnding && this.open.size === 0) this.tellEnded();
  }
}
