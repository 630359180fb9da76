import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Deadline } from '../../kernel/deadline';
import { HEARTBEAT_MS, isEventStream } from '../event-stream';

export interface AnswerLimits {
  /** The longest silence before the answer begins. */
  readonly firstByteMs: number;
  /** The longest silence in the middle of it. */
  readonly silenceMs: number;
  /** When all of it has to be there, unless it is a stream of events. */
  readonly deadline: Deadline;
}

/**
 * The process that a request was sent to does not answer, or stops in the middle of its answer. What it does
 * with the request is unknown.
 */
export class NoAnswer extends Error {
  constructor(why: string) {
    super(`The process that the request was sent to ${why}.`);
    this.name = 'NoAnswer';
  }
}

/** Heartbeats that may be missing until a stream counts as broken. */
const HEARTBEATS_MISSED = 3;

/**
 * Destroys an attempt with `NoAnswer` when it exceeds its limits, as soon as it has its connection. The time
 * that the client takes to send its request or to read its answer does not count as silence; it does count in
 * the whole.
 * `waiting` is called every `waitingMs` until the answer begins.
 */
export function limitAnswer(
  attempt: ClientRequest,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  { firstByteMs, silenceMs, deadline }: AnswerLimits,
  { waiting, waitingMs }: { waiting: () => void; waitingMs: number },
): void {
  let limit = firstByteMs;
  let hasBegun = false;
  const owesAnswer = (): boolean =>
    hasBegun ? !response.writableNeedDrain : request.complete || attempt.writableNeedDrain;
  // Node tells the request of the first silence only; its connection tells of each.
  const { socket } = attempt;
  const onSilence = (): void => {
    if (owesAnswer()) attempt.destroy(new NoAnswer(`said nothing for ${limit} ms`));
    else socket?.setTimeout(limit);
  };
  attempt.setTimeout(limit);
  socket?.on('timeout', onSilence);

  const total = setTimeout(() => attempt.destroy(new NoAnswer('takes too long')), deadline.left);
  const look = setInterval(() => owesAnswer() && waiting(), waitingMs);
  attempt.once('response', ({ headers }: IncomingMessage) => {
    hasBegun = true;
    clearInterval(look);
    const isStream = isEventStream(headers['content-type']);
    if (isStream) clearTimeout(total);
    limit = isStream ? Math.max(silenceMs, HEARTBEATS_MISSED * HEARTBEAT_MS) : silenceMs;
    attempt.setTimeout(limit);
  });
  attempt.once('close', () => {
    socket?.off('timeout', onSilence);
    clearTimeout(total);
    clearInterval(look);
  });
}
