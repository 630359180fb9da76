import { createInbox, nanos, type Msg, type NatsConnection } from '@nats-io/transport-node';

export interface PullRequest {
  readonly stream: string;
  readonly consumer: string;
  /** At most so many messages, and so many bytes of them with their headers: whichever comes first. */
  readonly messages: number;
  readonly bytes: number;
  /** How long the server waits for what is not there yet. */
  readonly expiresMs: number;
  /** How often it says meanwhile that it is there. */
  readonly heartbeatMs: number;
}

/** Why no more comes: as many messages or bytes as were asked for have come, or no more within the time. */
export type PullEnd = 'full' | 'expired' | 'stopped';

/** A message of a stream, where it stands there, and the how many-th it is that the consumer was handed. */
export interface PulledMessage {
  readonly message: Msg;
  readonly sequence: number;
  readonly delivery: number;
}

const STATUS_HEARTBEAT = 100;
const STATUS_NOTHING = 404;
const STATUS_EXPIRED = 408;
const STATUS_CONFLICT = 409;
/** Of those with status 409, what only says that the request is done. */
const DONE = /^(message size exceeds maxbytes|batch completed)$/i;
const MISSED_HEARTBEATS = 2;

/**
 * One request for the next messages of a pull consumer. The client's own `fetch` is bounded by messages or by
 * bytes, never by both, and takes a request that is full for an error: so a stream of large messages gets
 * more than the connection's buffer at the server holds, and the server breaks the connection off.
 */
export class PullBatch {
  private readonly arrived: PulledMessage[] = [];
  private ended: { end: PullEnd } | { error: Error } | undefined;
  private notify: () => void = () => undefined;
  private silence: NodeJS.Timeout | undefined;
  private taken = 0;
  private readonly unsubscribe: () => void;

  constructor(
    connection: NatsConnection,
    private readonly request: PullRequest,
  ) {
    const inbox = createInbox(inboxPrefixOf(connection));
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => (error ? this.stop(error) : this.take(message)),
    });
    this.unsubscribe = () => subscription.unsubscribe();
    const { stream, consumer, messages, bytes, expiresMs, heartbeatMs } = request;
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({
        batch: messages,
        max_bytes: bytes,
        expires: nanos(expiresMs),
        idle_heartbeat: nanos(heartbeatMs),
      }),
      { reply: inbox },
    );
    this.hear();
  }

  /**
   * The messages as they come; returns why no more do. Throws when the server is silent or gives the request
   * up.
   */
  async *messages(): AsyncGenerator<PulledMessage, PullEnd> {
    for (;;) {
      const next = this.arrived.shift();
      if (next) yield next;
      else if (!this.ended) await new Promise<void>((resolve) => (this.notify = resolve));
      else if ('error' in this.ended) throw this.ended.error;
      else return this.ended.end;
    }
  }

  /** Takes no more; with an error, the waiting caller gets it. */
  stop(error?: Error): void {
    this.finish(error ? { error } : { end: 'stopped' });
  }

  private take(message: Msg): void {
    this.hear();
    if (message.data.length === 0 && message.headers && message.headers.code > 0)
      return this.heed(message.headers.code, message.headers.description);
    const place = placeOf(message.reply ?? '');
    if (!place)
      return this.stop(
        new Error(`a message on ${message.subject} does not say where it stands in ${this.request.stream}`),
      );
    this.arrived.push({ message, ...place });
    this.taken += 1;
    if (this.taken === this.request.messages) this.finish({ end: 'full' });
    else this.notify();
  }

  private heed(code: number, description: string): void {
    if (code === STATUS_HEARTBEAT) return;
    if (code === STATUS_EXPIRED || code === STATUS_NOTHING) this.finish({ end: 'expired' });
    else if (code === STATUS_CONFLICT && DONE.test(description)) this.finish({ end: 'full' });
    else this.stop(new Error(`the broker gives up reading ${this.request.stream}: ${code} ${description}`));
  }

  private hear(): void {
    clearTimeout(this.silence);
    if (this.ended) return;
    const silent = (): void => this.stop(new Error('the broker is silent: heartbeats are missed'));
    this.silence = setTimeout(silent, MISSED_HEARTBEATS * this.request.heartbeatMs);
  }

  private finish(ended: NonNullable<PullBatch['ended']>): void {
    if (this.ended) return;
    this.ended = ended;
    clearTimeout(this.silence);
    this.unsubscribe();
    this.notify();
  }
}

/**
 * The prefix of the login's inboxes, on which alone it may listen. The client keeps it where its types do not
 * show it.
 */
const inboxPrefixOf = (connection: NatsConnection): string | undefined =>
  (connection as NatsConnection & { options?: { inboxPrefix?: string } }).options?.inboxPrefix;

/**
 * The reply subject says it: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<delivery>...`, in newer
 * forms with a domain and an account before.
 */
function placeOf(reply: string): { sequence: number; delivery: number } | undefined {
  const parts = reply.split('.');
  if (parts.length < 9 || parts[0] !== '$JS' || parts[1] !== 'ACK') return undefined;
  const first = parts.length === 9 ? 5 : 7;
  return { sequence: Number(parts[first]), delivery: Number(parts[first + 1]) };
}
