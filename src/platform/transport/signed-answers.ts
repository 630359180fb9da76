import { randomBytes } from 'node:crypto';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { keysOf } from './keys-of-connection';
import type { ModuleKeys } from './module-keys';

/** Headers of a question and of its answer. */
export const NONCE = 'Seamline-Nonce';
export const SIGNATURE = 'Seamline-Signature';
const PURPOSE = 'answer';

export const newNonce = (): string => randomBytes(16).toString('base64url');

/** The signature of what a module answers to the question that was sent to the subject with the nonce. */
export const signAnswer = (
  keys: ModuleKeys,
  module: string,
  subject: string,
  nonce: string,
  data: string,
): string => keys.sign(module, PURPOSE, answerText(subject, nonce, data)).toString('base64url');

/** Whether the module has answered this, to that question. */
export function isAnswerOf(
  keys: ModuleKeys,
  module: string,
  subject: string,
  nonce: string,
  { data, headers: attributes }: Pick<Msg, 'data' | 'headers'>,
): boolean {
  const signature = Buffer.from(attributes?.get(SIGNATURE) ?? '', 'base64url');
  return keys.verifies(module, PURPOSE, answerText(subject, nonce, Buffer.from(data).toString()), signature);
}

/** Answers a question for a module, signed where the connection has keys. */
export function respondFor(connection: NatsConnection, module: string, message: Msg, data: string): void {
  const keys = keysOf(connection);
  if (!keys) return void message.respond(data);
  const signed = headers();
  signed.set(SIGNATURE, signAnswer(keys, module, message.subject, message.headers?.get(NONCE) ?? '', data));
  message.respond(data, { headers: signed });
}

/** A question to a module. */
export interface Question {
  readonly headers: MsgHdrs;
  /** Whether the module has given this answer to it. Without keys, everything counts. */
  readonly accepts: (answer: Pick<Msg, 'data' | 'headers'>) => boolean;
}

export function questionTo(connection: NatsConnection, module: string, subject: string): Question {
  const [keys, nonce, asking] = [keysOf(connection), newNonce(), headers()];
  asking.set(NONCE, nonce);
  return { headers: asking, accepts: (answer) => !keys || isAnswerOf(keys, module, subject, nonce, answer) };
}

const answerText = (subject: string, nonce: string, data: string): string => `${subject}\n${nonce}\n${data}`;
