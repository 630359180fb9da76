import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { HttpProblem } from './http-problem';

const PROBLEMS: Readonly<Record<string, HttpProblem>> = {
  HPE_HEADER_OVERFLOW: new HttpProblem(431, 'request.headers-too-large', 'The headers are larger than this API accepts.'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpProblem(408, 'request.timeout', 'The request took too long to arrive.'),
};
const MALFORMED = new HttpProblem(400, 'request.malformed', 'This is not HTTP.');

/** Answers what never becomes a request (broken HTTP, headers too large, a client that is too slow) with a problem document too. */
export function answerMalformedConnections(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: { headersSent: boolean } }) => {
    // An answer that is under way on this connection must not be mixed with another one.
    if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) {
      socket.destroy();
      return;
    }
    const problem = PROBLEMS[error.code ?? ''] ?? MALFORMED;
    const body = JSON.stringify(problem.toDocument('', uuidv7()));
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
