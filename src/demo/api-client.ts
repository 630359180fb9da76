import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../platform/kernel/backoff';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  /** Asks the application to answer only when it is done, or after so many seconds. */
  waitSeconds?: number;
}

interface Answer {
  status: number;
  body: string;
}

/** A request as its client saw it, however often it had to be sent. */
export interface SeenRequest {
  readonly asked: ApiRequest;
  /** From sending it first to its last answer, in milliseconds of `performance.now()`. */
  readonly begunAt: number;
  readonly endedAt: number;
  /** Of the last answer; undefined where none came until the client gave up. */
  readonly status: number | undefined;
  /** What each attempt before the last came to, in the same way. */
  readonly repeated: readonly (number | undefined)[];
}

/** What the application says when it does not do what it was asked: an RFC 9457 problem document. */
interface ProblemDocument {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { code: string; message?: string }[];
}

/** The application answered, and the answer was no. */
export class ApiProblem extends Error {
  readonly code: string | undefined;
  /** One stable code per reason. */
  readonly reasonCodes: string[];

  constructor(
    asked: ApiRequest,
    readonly status: number,
    document: ProblemDocument,
  ) {
    const what = [document.code, document.detail ?? document.title].filter(Boolean).join(': ');
    super(`${asked.method} ${asked.path} was answered with ${status}${what ? `, ${what}` : ''}`);
    this.name = 'ApiProblem';
    this.code = document.code;
    this.reasonCodes = document.errors?.map((reason) => reason.code) ?? [];
  }
}

const ANSWER_DEADLINE_MS = 30_000;
/** How long an application may be away, restarting for example, before its client gives up. */
const PATIENCE_MS = 60_000;
const BACKOFF = { firstMs: 50, longestMs: 1_000, jitter: 'full' } as const;
const TRY_LATER = [429, 503];

/**
 * Talks to the application over connections that are kept open. A request that got no answer is sent again,
 * because it may or may not have been done: that is safe since every POST carries an Idempotency-Key of its
 * own and the rest changes nothing twice.
 */
export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #closed = new AbortController();
  readonly #baseUrls: readonly string[];
  #sent = 0;

  /**
   * Several addresses, of processes of one application, take turns. `watch` is called after every request,
   * unless the client was closed.
   */
  constructor(
    baseUrls: string | readonly string[],
    private readonly watch: (seen: SeenRequest) => void = () => undefined,
  ) {
    this.#baseUrls = [baseUrls].flat();
  }

  get<T>(path: string, options: { waitSeconds?: number } = {}): Promise<T> {
    return this.#ask<T>({ method: 'GET', path, ...options });
  }

  post<T>(path: string, body: unknown = {}, options: { waitSeconds?: number } = {}): Promise<T> {
    return this.#ask<T>({ method: 'POST', path, body, ...options });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>({ method: 'PUT', path, body });
  }

  /** Ends what is under way and sends nothing more. */
  close(): void {
    this.#closed.abort(new Error('The client of the application was closed.'));
    this.#agent.destroy();
  }

  async #ask<T>(asked: ApiRequest): Promise<T> {
    const idempotencyKey = asked.method === 'POST' ? randomUUID() : undefined;
    const givingUpAt = Date.now() + PATIENCE_MS + (asked.waitSeconds ?? 0) * 1_000;
    const begunAt = performance.now();
    const repeated: (number | undefined)[] = [];
    const tell = (status?: number): void =>
      this.watch({ asked, begunAt, endedAt: performance.now(), status, repeated });
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#send(asked, idempotencyKey).catch((error: unknown) => {
        if (this.#closed.signal.aborted) throw error;
        if (Date.now() <= givingUpAt) return undefined;
        tell();
        throw error;
      });
      if (answer && (!mayComeRight(answer.status, attempt) || Date.now() > givingUpAt)) {
        tell(answer.status);
        return result<T>(asked, answer);
      }
      repeated.push(answer?.status);
      await sleep(backoff(attempt, BACKOFF), undefined, { signal: this.#closed.signal });
    }
  }

  #send(
    { method, path, body, waitSeconds = 0 }: ApiRequest,
    idempotencyKey: string | undefined,
  ): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#baseUrls[this.#sent++ % this.#baseUrls.length]),
        {
          method,
          agent: this.#agent,
          timeout: ANSWER_DEADLINE_MS + waitSeconds * 1_000,
          headers: {
            accept: 'application/json',
            ...(payload !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
            ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
            ...(waitSeconds > 0 && { prefer: `wait=${waitSeconds}` }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path} got no answer in time.`)));
      outgoing.end(payload);
    });
  }
}

/** On a repeated request, 409 may only mean that the first one is still being worked on. */
function mayComeRight(status: number, attempt: number): boolean {
  return TRY_LATER.includes(status) || (status === 409 && attempt > 1 && attempt < 8);
}

function result<T>(asked: ApiRequest, { status, body }: Answer): T {
  const content = parsed(body);
  if (status < 200 || status > 299) throw new ApiProblem(asked, status, content ?? {});
  return content as T;
}

function parsed(body: string): object | undefined {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as object;
  } catch {
    return { detail: body.slice(0, 200) };
  }
}
