import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { HttpProblem } from './http-problem';

const PROBLEMS: Readonly<Record<string, HttpProblem>> = {
  HPE_HEADER_OVERFLOW: new HttpProblem(
    431,
    'request.headers-too-large',
    'The headers are larger than this API accepts.',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpProblem(408, 'request.timeout', 'The request took too long to arrive.'),
};
const MALFORMED = new HttpProblem(400, 'request.malformed', 'This is not HTTP.');

interface Connection {
  /** Requests that have begun to arrive, until they are answered. */
  readonly requests: Set<IncomingMessage>;
  /** What its end is answered with, once the requests before it are. */
  problem?: HttpProblem;
}

/**
 * Answers what never becomes a request (broken HTTP, headers too large, a client that is too slow) with a
 * problem document too. Requests that were sent whole before it on the same connection are being worked on,
 * and get their own answers first: a client that reads 400 for one of them would believe that nothing was
 * done.
 */
export function answerMalformedConnections(server: Server): void {
  const connections = new WeakMap<Socket, Connection>();

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { requests: new Set() };
    connections.set(socket, connection);
    connection.requests.add(request);
    response.once('close', () => {
      connection.requests.delete(request);
      refuseWhenAnswered(socket, connection);
    });
  });

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const connection = connections.get(socket) ?? { requests: new Set() };
    // Whatever else arrives on a connection that is broken is broken, too.
    connection.problem ??= PROBLEMS[error.code ?? ''] ?? MALFORMED;
    refuseWhenAnswered(socket, connection);
  });
}

function refuseWhenAnswered(
  socket: Socket & { _httpMessage?: { headersSent: boolean } },
  { requests, problem }: Connection,
): void {
  if (!problem || [...requests].some((request) => request.complete)) return;
  // An answer that is under way on this connection must not be mixed with another one.
  if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const correlationId = uuidv7();
  const body = JSON.stringify(problem.toDocument('', correlationId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Correlation-Id: ${correlationId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
