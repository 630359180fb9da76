import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, ApiProblem, type SeenRequest } from './api-client';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (status: number, body: object): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const hangUp: Answer = (request) => request.socket.destroy();

describe('the client of the application', () => {
  let server: Server;
  let api: ApiClient;
  let answers: Answer[];
  let asked: IncomingMessage[];
  let seen: SeenRequest[];

  beforeEach(async () => {
    [answers, asked, seen] = [[], [], []];
    server = createServer((request, response) => {
      asked.push(request);
      request
        .resume()
        .on('end', () => (answers.length > 1 ? answers.shift() : answers[0])?.(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    api = new ApiClient(urlOf(server), (request) => seen.push(request));
  });

  afterEach(async () => {
    api.close();
    await new Promise((closed) => server.close(closed));
  });

  it('sends a POST that got no answer again, under the same key', async () => {
    answers = [hangUp, json(503, {}), json(409, { code: 'in-flight' }), json(201, { orderId: '1' })];
    await expect(api.post('/orders', {}, { waitSeconds: 5 })).resolves.toEqual({ orderId: '1' });
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(asked[0].headers.prefer).toBe('wait=5');
  });

  it('tells who watches what its callers do not learn: how long a request took, and what was repeated', async () => {
    answers = [hangUp, json(503, {}), json(201, {}), json(422, {})];
    await api.post('/orders');
    await api.get('/orders/1').catch(() => undefined);
    expect(seen).toMatchObject([
      { asked: { method: 'POST', path: '/orders' }, status: 201, repeated: [undefined, 503] },
      { asked: { method: 'GET', path: '/orders/1' }, status: 422, repeated: [] },
    ]);
    expect(seen[0].endedAt).toBeGreaterThan(seen[0].begunAt);
  });

  it('asks several addresses in turn', async () => {
    const other = createServer((_request, response) => response.end('{"other":true}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    answers = [json(200, {})];
    const both = new ApiClient([urlOf(server), urlOf(other)]);
    try {
      expect([await both.get('/'), await both.get('/'), await both.get('/')]).toEqual([
        {},
        { other: true },
        {},
      ]);
    } finally {
      both.close();
      await new Promise((closed) => other.close(closed));
    }
  });

  it('gives every POST a key of its own', async () => {
    answers = [json(201, {})];
    await api.post('/orders');
    await api.post('/orders');
    expect(asked[0].headers['idempotency-key']).not.toBe(asked[1].headers['idempotency-key']);
  });

  it('hands on what was refused, with the code of every reason', async () => {
    answers = [
      json(422, {
        code: 'orders.refused',
        detail: 'No.',
        errors: [{ code: 'orders.line.price-not-positive' }],
      }),
    ];
    const refusal: unknown = await api.post('/orders').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiProblem);
    expect(refusal).toMatchObject({
      status: 422,
      code: 'orders.refused',
      reasonCodes: ['orders.line.price-not-positive'],
      message: 'POST /orders was answered with 422, orders.refused: No.',
    });
  });

  it('takes the first 409 for an answer', async () => {
    answers = [json(409, { code: 'shipping.not-prepared' })];
    await expect(api.post('/shipments/1/dispatch')).rejects.toMatchObject({ status: 409 });
    expect(asked).toHaveLength(1);
  });

  it('ends what is under way when it is closed', async () => {
    answers = [() => api.close()];
    await expect(api.get('/orders/1')).rejects.toThrow();
  });
});
