import type { RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpressAdapter } from '@nestjs/platform-express';
import { PASSED_ON } from '../http/forwarding/passed-on';
import type { Front } from './front';

/** Longer than any request may wait for an order; what is not answered by then is cut off. */
const LONGEST_ANSWER_MS = 70_000;

/**
 * Puts an application behind a front. As long as that is to stay open, closing the application leaves the port and the connections as
 * they are, and waits for the requests that it has begun with; otherwise it closes the server, as ever.
 */
export class FrontAdapter extends ExpressAdapter {
  /** Resolves when the application has ended all its work but the answers to requests that it has begun with. */
  readonly isQuiet: Promise<void>;
  /** Resolves when it has then also answered these, but for those that it has only passed on: it needs its modules' data no more. */
  readonly isDone: Promise<void>;
  private readonly answering = new Set<ServerResponse>();
  /** Of these, the ones that were not passed on to another process. */
  private readonly working = new Set<ServerResponse>();
  private tellQuiet!: () => void;
  private tellDone!: () => void;
  private takesNoMore = false;
  private tellAnswered: () => void = () => undefined;

  constructor(private readonly front: Front) {
    super();
    this.isQuiet = new Promise((resolve) => (this.tellQuiet = resolve));
    this.isDone = new Promise((resolve) => (this.tellDone = resolve));
  }

  override initHttpServer(): void {
    this.httpServer = this.front.server;
  }

  override listen(port: string | number, ...more: unknown[]): Server {
    const [host, done] = more as [string, () => void];
    this.front.open(Number(port), host, () => {
      this.front.show(this.answer);
      done();
    });
    return this.front.server;
  }

  override async close(): Promise<unknown> {
    if (!this.front.staysOpen) return super.close();
    this.front.hide(this.answer);
    this.tellQuiet();
    this.takesNoMore = true;
    this.tellIfDone();
    const answered = new Promise<void>((resolve) => (this.tellAnswered = resolve));
    if (this.answering.size === 0) return undefined;
    const patience = new AbortController();
    await Promise.race([answered, sleep(LONGEST_ANSWER_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    for (const response of this.answering) response.destroy();
    return undefined;
  }

  private readonly answer: RequestListener = (request, response) => {
    this.answering.add(response);
    this.working.add(response);
    const worked = (): void => {
      this.working.delete(response);
      this.tellIfDone();
    };
    response.once(PASSED_ON, worked);
    response.once('close', () => {
      worked();
      this.answering.delete(response);
      if (this.answering.size === 0) this.tellAnswered();
    });
    this.getInstance<RequestListener>()(request, response);
  };

  private tellIfDone(): void {
    if (this.takesNoMore && this.working.size === 0) this.tellDone();
  }
}
