import { jetstream, type JetStreamClient, type PubAck } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { backoff } from '../kernel/backoff';
import type { LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import type { LogSource } from '../log/log-source';
import { sizeOf } from '../messages/message-size';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import { ByteBudget } from './byte-budget';
import { ConnectionLost, onConnectionLost } from './connection-loss';
import { formatPosition } from '../log/position-beyond-log';
import type { LogIdentity } from '../log/log-history';
import type { ReportLogProblem } from '../log/log-health';
import { ForeignStream } from './foreign-stream';
import { keysOf } from './keys-of-connection';
import { encodeRecord, type LogRecord, type WireMessage } from './log-record';
import { LogStream } from './log-stream';
import { signRecords } from './record-signatures';
import type { RelayLease, RelayTerm } from './relay-lease';
import { lastMessageOf, lastMessageWithin, progressOf, type StreamProgress } from './stream-progress';

/** Messages on their way to the broker at a time, and bytes of them: whichever comes first. */
const BATCH_SIZE = 500;
const BATCH_BYTES = 4_000_000;
/** Roughly what the headers of a message take. */
const HEADER_BYTES = 700;
const ACKNOWLEDGE_WITHIN_MS = 5_000;
/** How long others wait before they look whether the relay is gone. */
const LOOK_MS = 1_000;
const BACKOFF = { firstMs: 40, longestMs: 2_000 };
/** The lease is put off so many times before it would end. */
const RENEWALS = 4;

/** How far the stream has come: what the next message must say that it follows. */
interface Place {
  sequence: number;
  after: LogPosition;
  through: LogPosition;
}

/**
 * The broker did not accept a message as the next one: another client has published, or the stream is
 * another.
 */
class Rejected extends Error {}

/**
 * Carries one module's log to its stream: in order and with nothing left out. Each message says which
 * sequence it follows, so any other publisher (a relay whose term is over, an administrator) ends this
 * relay's term. The truth about how far it has come is how far a reader gets in the stream: one that was
 * wiped is filled again from the beginning, a restored one from its end, and what stands behind something
 * that is missing is sent again. A stream of another log, or one that goes beyond the end of this one, is
 * left alone and reported, until an operator has said what holds.
 */
export class LogRelay {
  private readonly logger = new Logger(LogRelay.name);
  private readonly wake = new WakeSignal();
  private readonly stopping = new AbortController();
  private readonly ignoreGrowth: () => void;
  private running: Promise<void> | undefined;
  private failures = 0;
  private readonly budget = new ByteBudget(BATCH_BYTES, 1);
  /**
   * After a failure: a cluster may know the ids of messages that it refused, and would say that it has them.
   */
  private isUnsure = false;
  private readonly client: JetStreamClient;
  private identity: LogIdentity | undefined;
  /** The problem that was reported to the operator. */
  private told: string | undefined;

  constructor(
    private readonly log: LogSource,
    private readonly connection: NatsConnection,
    private readonly lease: RelayLease,
    private readonly report: ReportLogProblem = () => undefined,
  ) {
    this.client = jetstream(connection);
    this.ignoreGrowth = log.onGrowth(() => this.wake.raise());
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for what is on its way and gives the lease back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.ignoreGrowth();
    this.wake.raise();
    await this.running;
    this.report(undefined);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const term = await this.lease.take();
        if (term) await this.serve(term);
        else await abortableDelay(LOOK_MS, this.stopping.signal);
      } catch (error) {
        this.failures += 1;
        if (error instanceof ForeignStream) this.tell(error.message);
        else if (this.failures === 3)
          this.logger.warn(
            `The log of ${this.log.log} does not get to the broker: ${(error as Error).message}`,
          );
        await abortableDelay(backoff(this.failures, BACKOFF), this.stopping.signal);
      }
    }
  }

  /**
   * Serves one term. It ends when it expires, was taken over, or the broker rejects what this relay expects.
   */
  private async serve(term: RelayTerm): Promise<void> {
    // After the lease was taken: whatever a relay before this one still publishes then, one of the two is
    // rejected.
    const stream = await LogStream.of(this.connection, this.log.log);
    await stream.create();
    this.identity = await this.lease.history.identity();
    let place = await this.placeIn(stream, term);
    this.tell(undefined);
    let kept = performance.now();
    let compared = kept;
    const renewAfterMs = this.lease.leaseMs / RENEWALS;
    while (!this.stopping.signal.aborted) {
      const page = await this.log.read(place.through, BATCH_SIZE);
      const moved = comparePositions(page.end, place.through) > 0;
      if (performance.now() > term.until) return;
      if (moved) {
        const records =
          page.messages.length > 0 ? recordsOf(page, place.after) : [headAt(page.end, place.after)];
        for (let first = 0; first < records.length;) {
          if (first > 0 && term.until < performance.now()) return;
          const together = this.thoseThatFit(records, first);
          place = await this.publish(together, place);
          first += together.length;
          if (first < records.length && !(await this.lease.keep(term, place.through))) return;
        }
      }
      if (moved || performance.now() > kept + renewAfterMs) {
        if (!(await this.lease.keep(term, place.through))) return;
        kept = performance.now();
        this.failures = 0;
        // With nothing to publish, a wiped stream would go unnoticed.
        if (!moved && !(await stream.endsAt(place.sequence))) return;
      }
      if (performance.now() > compared + renewAfterMs) {
        // The database may have been replaced while its connections were away: the next term looks at
        // everything anew.
        if (!(await this.isStillOf(place.through))) return;
        compared = performance.now();
      }
      if (!moved) await this.wake.sleep(Math.min(LOOK_MS, renewAfterMs));
    }
    await this.lease.giveBack(term);
  }

  /** How far a reader gets in the stream. An empty one first says where the log begins. */
  private async placeIn(stream: LogStream, { acknowledged }: RelayTerm): Promise<Place> {
    const progress = await progressOf(this.connection, stream, acknowledged);
    const { sequence, record, last } = progress;
    if (!record) {
      const beginning = await this.log.beginning();
      return this.publish([headAt(beginning, beginning)], { sequence, after: beginning, through: beginning });
    }
    const place = { sequence, after: lastMessageOf(record), through: record.through };
    const problem = await this.foreignReason(stream, progress);
    if (problem !== undefined) return this.follow(record, place, problem);
    // A foreign message at the end would tell readers that the log ends there.
    return last && comparePositions(last.through, place.through) === 0
      ? place
      : this.publish([headAt(place.through, place.after)], place);
  }

  /** Why the stream does not hold what this log holds; undefined when it does, as far as the stream goes. */
  private async foreignReason(stream: LogStream, progress: StreamProgress): Promise<string | undefined> {
    const { history } = this.lease;
    const { identity, through } = progress.record!;
    if (identity !== undefined && identity !== this.identity!.identity) {
      return `${stream.name} is that of another log (${identity}) than the one in this database (${this.identity!.identity})`;
    }
    const end = await history.end();
    if ((await history.standing(through)) !== 'within') {
      return `${stream.name} goes on to ${formatPosition(through)}, which is beyond what the log in this database holds, up to ${formatPosition(end)}`;
    }
    const message = await lastMessageWithin(stream, progress);
    if (message?.message && !(await history.holds(message.position, message.message.id))) {
      return `${stream.name} has another message at ${formatPosition(message.position)} than the log in this database`;
    }
    return undefined;
  }

  /**
   * Goes on behind the stream of another log where an operator has said so, and it ends where it did then.
   */
  private follow({ identity, through }: LogRecord, place: Place, problem: string): Promise<Place> {
    const { follows } = this.identity!;
    if (!follows || follows.identity !== identity || comparePositions(through, follows.through) > 0) {
      throw new ForeignStream(this.log.log, problem);
    }
    return this.publish([{ ...headAt(follows.begins, place.after), follows: identity ?? '' }], place);
  }

  private async isStillOf(through: LogPosition): Promise<boolean> {
    const { identity } = await this.lease.history.identity();
    return identity === this.identity?.identity && (await this.lease.history.standing(through)) === 'within';
  }

  private tell(problem: string | undefined): void {
    this.report(problem && `The log of ${this.log.log} is not relayed: ${problem}`);
    if (problem !== undefined && problem !== this.told)
      this.logger.error(`The log of ${this.log.log} is not relayed: ${problem}`);
    this.told = problem;
  }

  /** Resolves to the new end once the broker has acknowledged everything. */
  private async publish(records: readonly LogRecord[], { sequence, after }: Place): Promise<Place> {
    const withIds = !this.isUnsure;
    this.isUnsure = true;
    try {
      const wires = records.map((record) =>
        encodeRecord(this.log.log, { ...record, identity: this.identity?.identity }),
      );
      const keys = keysOf(this.connection);
      if (keys) signRecords(keys, this.log.log, wires);
      const sent = wires.map((wire, index) =>
        this.send(wire, sequence + index, withIds ? records[index].message?.id : undefined),
      );
      await this.untilLost(Promise.allSettled(sent));
      await Promise.all(sent);
    } catch (error) {
      this.budget.lost();
      throw error;
    }
    this.budget.succeeded();
    this.isUnsure = false;
    const last = records[records.length - 1];
    return {
      sequence: sequence + records.length,
      after: last.message?.position ?? after,
      through: last.through,
    };
  }

  /** As many records as may be on their way together; one at least. */
  private thoseThatFit(records: readonly LogRecord[], first: number): LogRecord[] {
    let bytes = 0;
    let end = first;
    do bytes += records[end].message ? sizeOf(records[end].message!) + HEADER_BYTES : HEADER_BYTES;
    while (++end < records.length && bytes < this.budget.bytes);
    return records.slice(first, end);
  }

  private async send(
    { subject, data, headers }: Required<WireMessage>,
    follows: number,
    msgID: string | undefined,
  ): Promise<void> {
    const answer = await this.client.publish(subject, data, {
      headers,
      msgID,
      // The broker could also be told which message it follows (lastMsgID). The nodes of a cluster remember
      // that each by itself, and not over a restart: they would come to hold different messages.
      expect: { lastSequence: follows },
      timeout: ACKNOWLEDGE_WITHIN_MS,
    });
    this.verify(answer, follows + 1);
  }

  /** Acknowledgements that were on their way when the connection broke do not come any more. */
  private async untilLost(answers: Promise<unknown>): Promise<void> {
    let ignoreLoss = (): void => undefined;
    const loss = new Promise<never>(
      (_, reject) => (ignoreLoss = onConnectionLost(this.connection, () => reject(new ConnectionLost()))),
    );
    await Promise.race([answers, loss]).finally(() => ignoreLoss());
  }

  private verify({ seq, duplicate }: PubAck, expected: number): void {
    if (seq !== expected)
      throw new Rejected(
        `the broker stored a message as ${seq}${duplicate ? ' before' : ''} and not as ${expected}`,
      );
  }
}

/** The messages of a page as they go to the stream; the last one also says how far the page was read. */
function recordsOf(
  { messages, end }: { messages: readonly NonNullable<LogRecord['message']>[]; end: LogPosition },
  after: LogPosition,
): LogRecord[] {
  return messages.map((message, index) => ({
    position: message.position,
    after: index > 0 ? messages[index - 1].position : after,
    through: index < messages.length - 1 ? message.position : end,
    message,
  }));
}

const headAt = (position: LogPosition, after: LogPosition): LogRecord => ({
  position,
  after,
  through: position,
});
