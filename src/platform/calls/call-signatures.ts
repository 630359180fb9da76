import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { ModuleKeys } from '../transport/module-keys';
import { newNonce, NONCE, SIGNATURE } from '../transport/signed-answers';

export const SIGNED = {
  from: 'Seamline-From',
  sentAt: 'Seamline-Sent-At',
  nonce: NONCE,
  signature: SIGNATURE,
} as const;

/**
 * Shorter than answers to commands are remembered, so that a request which is played again finds its answer.
 * Clocks differ by less.
 */
const REQUEST_HOLDS_MS = 12 * 60 * 60 * 1_000;
const REQUEST = 'call';

type Received = Pick<Msg, 'subject' | 'data'> & { headers?: MsgHdrs };

/**
 * Signs a request in the name of a module of this process, as its last step. Answers the nonce that the
 * answer has to be for.
 */
export function signRequest(
  keys: ModuleKeys,
  from: string,
  subject: string,
  data: string,
  headers: MsgHdrs,
): string {
  const nonce = newNonce();
  headers.set(SIGNED.from, from);
  headers.set(SIGNED.sentAt, String(Date.now()));
  headers.set(SIGNED.nonce, nonce);
  headers.set(
    SIGNED.signature,
    keys.sign(from, REQUEST, requestText(subject, headers, data)).toString('base64url'),
  );
  return nonce;
}

/**
 * Why a request does not count; undefined when a module of this application has sent it, as it is and to this
 * subject, not long ago.
 */
export function requestProblem(keys: ModuleKeys, { subject, data, headers }: Received): string | undefined {
  const [from, signature] = [headers?.get(SIGNED.from), headers?.get(SIGNED.signature)];
  if (!headers || !from || !signature) return 'it is not signed';
  const text = requestText(subject, headers, Buffer.from(data).toString());
  if (!keys.verifies(from, REQUEST, text, Buffer.from(signature, 'base64url')))
    return `the signature is not that of "${from}"`;
  const age = Math.abs(Date.now() - Number(headers.get(SIGNED.sentAt)));
  return age <= REQUEST_HOLDS_MS
    ? undefined
    : 'it was signed too long ago, or the clocks of the two processes are hours apart';
}

/** No header holds the end of a line. */
function requestText(subject: string, headers: MsgHdrs, data: string): string {
  let text = `${subject}\n`;
  for (const [name, values] of headers)
    if (name !== SIGNED.signature) for (const value of values) text += `${name}:${value}\n`;
  return `${text}\n${data}`;
}
