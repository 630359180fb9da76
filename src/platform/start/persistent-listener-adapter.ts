import type { RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FORWARDED } from '../http/forwarding/forwarded';
import type { PersistentListener } from './persistent-listener';

/** Longer than any request may wait for an order; what is not answered by then is cut off. */
const LONGEST_ANSWER_MS = 70_000;

/**
 * Puts an application behind a persistent listener. As long as that is to stay open, closing the application
 * leaves the port and the connections as they are, and waits for the requests that it has begun with;
 * otherwise it closes the server, as ever.
 */
export class PersistentListenerAdapter extends ExpressAdapter {
  /**
   * Resolves when the application has ended all its work but the answers to requests that it has begun with.
   */
  readonly quiesced: Promise<void>;
  /**
   * Resolves when it has then also answered these, but for those that it has only forwarded: it needs its
   * modules' data no more.
   */
  readonly drained: Promise<void>;
  private readonly answering = new Set<ServerResponse>();
  /** Of these, the ones that were not forwarded to another process. */
  private readonly working = new Set<ServerResponse>();
  private tellQuiet!: () => void;
  private tellDone!: () => void;
  private takesNoMore = false;
  private tellAnswered: () => void = () => undefined;

  constructor(private readonly listener: PersistentListener) {
    super();
    this.quiesced = new Promise((resolve) => (this.tellQuiet = resolve));
    this.drained = new Promise((resolve) => (this.tellDone = resolve));
  }

  override initHttpServer(): void {
    this.httpServer = this.listener.server;
  }

  override listen(port: string | number, ...more: unknown[]): Server {
    const [host, done] = more as [string, () => void];
    this.listener.open(Number(port), host, () => {
      this.listener.attach(this.answer);
      done();
    });
    return this.listener.server;
  }

  override async close(): Promise<unknown> {
    if (!this.listener.staysOpen) return super.close();
    this.listener.detach(this.answer);
    this.tellQuiet();
    this.takesNoMore = true;
    this.tellIfDone();
    const answered = new Promise<void>((resolve) => (this.tellAnswered = resolve));
    if (this.answering.size === 0) return undefined;
    const patience = new AbortController();
    await Promise.race([
      answered,
      sleep(LONGEST_ANSWER_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
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
    response.once(FORWARDED, worked);
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
