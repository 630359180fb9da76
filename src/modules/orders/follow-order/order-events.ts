import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EventStreams } from '../../../platform/http';
import { isFinal, type HistoryEntry } from '../domain/order-state';
import { unknownOrder } from '../domain/unknown-order';
import { OrderReader } from './order.reader';
import { OrderProgress } from './order-progress';

/**
 * A stream ends after so long even if its order has not: the client comes back with `Last-Event-ID`, perhaps
 * to another process.
 */
const LONGEST_STREAM_MS = 10 * 60_000;

/**
 * Streams the history of orders as server-sent events: one event per entry, its id being the entry's index.
 */
@Injectable()
export class OrderEvents {
  constructor(
    private readonly orders: OrderReader,
    private readonly progress: OrderProgress,
    private readonly streams: EventStreams,
  ) {}

  /**
   * Sends the entries after `lastSeen` (-1 for all) and then each new one, until the order is final or the
   * client is gone.
   */
  async stream(orderId: string, lastSeen: number, request: Request, response: Response): Promise<void> {
    const found = await this.orders.history(orderId);
    if (!found) throw unknownOrder();
    if (isFinal(found.state) && lastSeen >= found.history.length - 1) {
      // Nothing will ever follow. 204 is what tells an EventSource not to come back.
      response.status(HttpStatus.NO_CONTENT).end();
      return;
    }
    if (!this.streams.begin(request, response)) return;
    new OrderStream(response, lastSeen, orderId, this.orders, this.progress).run();
  }
}

/** One open stream. */
class OrderStream {
  private sent: number;
  private reading = false;
  private again = false;
  private readonly tooLong: NodeJS.Timeout;
  private readonly end = (): void => void this.response.end();

  constructor(
    private readonly response: Response,
    lastSeen: number,
    private readonly orderId: string,
    private readonly orders: OrderReader,
    private readonly progress: OrderProgress,
  ) {
    this.sent = lastSeen + 1;
    this.tooLong = setTimeout(this.end, LONGEST_STREAM_MS).unref();
  }

  run(): void {
    this.response.write('retry: 1000\n\n');
    const stop = this.progress.follow(this.orderId, () => void this.catchUp());
    this.progress.shutdown.addEventListener('abort', this.end, { once: true });
    if (this.progress.shutdown.aborted) this.end();
    this.response.once('close', () => {
      clearTimeout(this.tooLong);
      this.progress.shutdown.removeEventListener('abort', this.end);
      stop();
    });
  }

  /** Sends what is new. Never twice at a time, or entries could overtake each other. */
  private async catchUp(): Promise<void> {
    this.again = true;
    if (this.reading) return;
    this.reading = true;
    while (this.again && this.response.writable) {
      this.again = false;
      await this.sendNew().catch(this.end);
    }
    this.reading = false;
  }

  private async sendNew(): Promise<void> {
    const found = await this.orders.history(this.orderId);
    if (!found || !this.response.writable) return;
    found.history
      .slice(this.sent)
      .forEach((entry, index) => this.response.write(eventOf(entry, this.sent + index)));
    this.sent = Math.max(this.sent, found.history.length);
    if (isFinal(found.state)) this.end();
  }
}

const eventOf = (entry: HistoryEntry, index: number): string =>
  `id: ${index}\nevent: ${entry.state}\ndata: ${JSON.stringify(entry)}\n\n`;

/**
 * The index in `Last-Event-ID`; -1 when there is none or when it is not one of ours, which starts from the
 * beginning.
 */
export const lastSeenOf = (header: string | undefined): number =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : -1;
