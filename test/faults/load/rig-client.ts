import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  /** The Idempotency-Key; the same one when the request is sent again. */
  readonly key?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const ATTEMPT_MS = 4_000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;

/** The rig's own client: it knows HTTP and nothing of the application. */
export class RigClient {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly closed = new AbortController();
  private longest = 0;

  constructor(
    private readonly url: string,
    /** Says the same in other words, each time it is sent. */
    private readonly reword: (asked: Asked) => Asked = (asked) => asked,
  ) {}

  /**
   * Sends the same request again until it is answered with a yes or a no; rejects when the client is closed
   * before.
   */
  async ask(asked: Asked): Promise<Answered> {
    const begunAt = performance.now();
    for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const answer = await this.attempt(this.reword(asked)).catch(() => undefined);
      if (answer && !isUndecided(answer)) {
        this.longest = Math.max(this.longest, performance.now() - begunAt);
        return answer;
      }
      await sleep(pause, undefined, { signal: this.closed.signal });
    }
  }

  /** The longest time, in milliseconds, that one of its requests took to its answer, over all attempts. */
  get longestMs(): number {
    return this.longest;
  }

  /** Sends the request once; rejects when there is no answer. */
  attempt({ method, path, body = {}, key }: Asked): Promise<Answered> {
    const payload = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        ...(key !== undefined && { 'idempotency-key': key }),
      };
      const outgoing = request(
        new URL(path, this.url),
        { method, agent: this.agent, headers, signal: this.closed.signal },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: parsed(Buffer.concat(chunks).toString('utf8')),
            }),
          );
        },
      );
      outgoing.setTimeout(ATTEMPT_MS, () =>
        outgoing.destroy(new Error(`${method} ${path} got no answer in time.`)),
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  /** Ends what is under way and sends nothing more. */
  close(): void {
    this.closed.abort(new Error('The client was closed.'));
    this.agent.destroy();
  }
}

/**
 * Neither a yes nor a no: the application is not well just now, or still works on the first sending of the
 * same request.
 */
const isUndecided = ({ status, body }: Answered): boolean =>
  status >= 500 || status === 408 || status === 429 || body.code === 'idempotency.in-flight';

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
