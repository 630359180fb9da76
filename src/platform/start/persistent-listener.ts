import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { v7 as uuidv7 } from 'uuid';
import { HttpProblem } from '../http/http-problem';
import { WaitMeter } from './wait-meter';

/** How long a request waits for an application; then it is answered with 503. */
const LONGEST_WAIT_MS = 30_000;
const PROBLEM = new HttpProblem(
  503,
  'process.rehosting',
  'This process is taking up or letting go of a part of the service. Nothing was done; try again.',
  { headers: { 'Retry-After': '1' } },
);

/**
 * A listening port that outlives the applications behind it. Its clients keep their connections; while there
 * is none, requests wait for the next one.
 */
export class PersistentListener {
  /** Whether an application that closes leaves it as it is. */
  staysOpen = true;
  readonly server: Server = createServer((request, response) => this.handle(request, response));
  /** How long its requests wait. */
  readonly waits = new WaitMeter();
  private application: RequestListener | undefined;
  /** And what ends their waiting. */
  private readonly waiting = new Map<ServerResponse, () => void>();

  constructor(private readonly longestWaitMs = LONGEST_WAIT_MS) {}

  /** Listens, unless it does so already; calls `done` when it does. Errors go to the server's listeners. */
  open(port: number, host: string, done: () => void): void {
    if (this.server.listening) done();
    else this.server.listen(port, host, done);
  }

  /** Forwards requests to the application from now on, the waiting ones first. */
  attach(application: RequestListener): void {
    this.application = application;
    for (const [response, over] of [...this.waiting]) {
      over();
      application(response.req, response);
    }
  }

  /** Stops forwarding requests to the application. Requests in progress stay with it. */
  detach(application: RequestListener): void {
    if (this.application === application) this.application = undefined;
  }

  /** The number of waiting requests. */
  get waitingRequests(): number {
    return this.waiting.size;
  }

  /** Stops listening and refuses waiting requests. Does nothing when it is closed. */
  async close(): Promise<void> {
    for (const response of [...this.waiting.keys()]) this.refuse(response);
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    this.waits.note(request, response);
    if (this.application) return this.application(request, response);
    const over = (): void => {
      clearTimeout(tired);
      this.waiting.delete(response);
      response.off('close', over);
    };
    const tired = setTimeout(() => this.refuse(response), this.longestWaitMs);
    response.once('close', over);
    this.waiting.set(response, over);
  }

  private refuse(response: ServerResponse): void {
    this.waiting.get(response)?.();
    const body = JSON.stringify(PROBLEM.toDocument('', uuidv7()));
    response
      .writeHead(PROBLEM.status, {
        'Content-Type': 'application/problem+json; charset=utf-8',
        ...PROBLEM.options.headers,
      })
      .end(body);
  }
}
