import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../config/settings';
import { HEARTBEAT_MS } from './event-stream';
import { wasForwarded } from './via';
import { HttpProblem } from './http-problem';

/** Open streams of one process. Each costs a socket and the queries that feed it. */
const MOST_STREAMS = 500;
const RETRY_AFTER = { 'Retry-After': '5' };

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  Connection: 'keep-alive',
  'X-Accel-Buffering': 'no',
};

/** Answers that are streams of server-sent events: how they begin, and how many there may be at a time. */
@Injectable()
export class EventStreams {
  private open = 0;
  private readonly ofClients = new Map<string, number>();

  constructor(private readonly settings: Settings) {}

  /**
   * Begins a stream as the answer to a request. Until it is closed, it counts and has a heartbeat. False when
   * nothing may follow: the answer to `HEAD` is its headers, and a client may be gone. Throws where there are
   * too many.
   */
  begin(request: Request, response: Response): boolean {
    if (request.method === 'HEAD') {
      response.writeHead(HttpStatus.OK, HEADERS).end();
      return false;
    }
    if (response.closed) return false;
    this.admit(request, response);
    response.writeHead(HttpStatus.OK, HEADERS);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS).unref();
    response.once('close', () => clearInterval(heartbeat));
    return true;
  }

  /**
   * Counts a stream until its answer is closed, wherever it comes from. Throws where its client, or all of
   * them, have too many.
   */
  admit(request: Request, response: Response): void {
    const client = clientOf(request);
    const ofClient = client === undefined ? 0 : (this.ofClients.get(client) ?? 0);
    if (ofClient >= this.settings.http.streamsPerClient) {
      throw new HttpProblem(
        429,
        'request.too-many-streams',
        'This client has too many event streams open. Close some, or use Prefer: wait.',
        {
          headers: RETRY_AFTER,
        },
      );
    }
    if (this.open >= MOST_STREAMS) {
      throw new HttpProblem(
        503,
        'service.too-many-streams',
        'Too many event streams are open. Try again, or use Prefer: wait.',
        {
          headers: RETRY_AFTER,
        },
      );
    }
    this.open += 1;
    if (client !== undefined) this.ofClients.set(client, ofClient + 1);
    response.once('close', () => {
      this.open -= 1;
      if (client !== undefined) this.leave(client);
    });
  }

  private leave(client: string): void {
    const left = (this.ofClients.get(client) ?? 1) - 1;
    if (left > 0) this.ofClients.set(client, left);
    else this.ofClients.delete(client);
  }
}

/**
 * The address that a request came from; of one that another process has passed on, its client is counted
 * there.
 */
const clientOf = (request: Request): string | undefined =>
  wasForwarded(request) ? undefined : request.socket.remoteAddress;
