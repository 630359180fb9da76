import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './http-problem';

/** Nothing beyond ASCII needs a look. */
const ASCII = /^[\0-\x7f]*$/;

/** How a failed check is reported to the body parser. `type` is what `to-problem.ts` knows it by. */
class BodyFault extends Error {
  constructor(readonly type: 'text.not-utf8' | 'charset.unsupported') {
    super(type);
  }
}

/**
 * The `verify` of a JSON body parser: refuses what is no UTF-8, in the body's bytes or by its own word. The
 * parser would put replacement characters in the place of what it cannot read.
 */
export function checkBodyEncoding(
  _request: unknown,
  _response: unknown,
  body: Buffer,
  encoding: string,
): void {
  if (encoding !== 'utf-8') throw new BodyFault('charset.unsupported');
  if (!isUtf8(body)) throw new BodyFault('text.not-utf8');
}

/**
 * The problem of a request whose headers hold bytes that are no UTF-8; undefined where they are right. URLs
 * hold ASCII only: Node refuses other ones before anything sees them.
 */
export function headerFaultOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): HttpProblem | undefined {
  // Node reads headers byte by byte.
  const wrong = rawHeaders.findIndex((text) => !ASCII.test(text) && !isUtf8(Buffer.from(text, 'latin1')));
  if (wrong < 0) return undefined;
  return new HttpProblem(
    400,
    'request.text-not-utf8',
    `The header ${rawHeaders[wrong - 1]} holds bytes that are no UTF-8.`,
  );
}
