import { Refusal } from '../domain/refusal';
import type { Envelope } from './envelope';

/**
 * The largest message that a module may publish: JSON and what goes with it in headers, in bytes. Smaller
 * than a broker's usual limit of 1 MiB.
 */
export const MAX_MESSAGE_BYTES = 1_000_000;
/** What the wire adds: positions, names, identities, signatures, and the subject. */
export const WIRE_BYTES = 16_384;

const BYTES = Symbol('bytes');
type Measured = Envelope & { [BYTES]?: number };

/**
 * Remembers how many bytes the data of a message take as JSON, where that was seen when it was read. On the
 * message itself: a `WeakMap` of some thousand messages is work for each garbage collection. Not enumerable,
 * so that it is no part of what the message says.
 */
export const cacheSize = (message: Envelope, bytes: number): void =>
  void Object.defineProperty(message, BYTES, { value: bytes });

/** Roughly what a message takes, in bytes of its JSON; measured where nothing was noted. */
export function sizeOf(message: Measured): number {
  if (message[BYTES] === undefined) cacheSize(message, JSON.stringify(message.data).length);
  return message[BYTES]! + ENVELOPE_BYTES;
}

/** Refuses what no broker would carry: `payload` and `headers` are the JSON that would be stored. */
export function refuseTooLarge(type: string, payload: string, headers: string): void {
  const bytes = Buffer.byteLength(payload) + Buffer.byteLength(headers);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new Refusal(
    'invalid',
    'message.too-large',
    `A message of type ${type} takes ${bytes} bytes, and no message may take more than ${MAX_MESSAGE_BYTES}. Publish several smaller ones, or less in each.`,
  );
}

/** Attributes beside the data. */
const ENVELOPE_BYTES = 300;

export const sizeOfAll = (messages: readonly Envelope[]): number =>
  messages.reduce((sum, message) => sum + sizeOf(message), 0);
