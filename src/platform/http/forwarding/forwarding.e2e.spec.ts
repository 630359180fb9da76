import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  Param,
  Post,
  Put,
  Req,
  Res,
  Sse,
} from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import type { Request, Response } from 'express';
import { concat, defer, map, NEVER, of } from 'rxjs';
import request from 'supertest';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { describeWithNats, NatsServer } from '../../../../test/support/nats-server';
import { PATIENT } from '../../../../test/support/patient';
import { assembleProcess } from '../../../../test/support/process';
import { readEvents } from '../../../../test/support/server-sent-events';
import { BoundedContext } from '../../hosting/bounded-context';
import type { Environment } from '../../config/env-reader';
import { Refusal } from '../../domain/refusal';
import { currentMessageContext } from '../../messages/message-context';
import { serve, type ServedApplication } from '../../start/serve';
import { Broker } from '../../transport/broker';
import { addressSubjectOf } from './addresses';
import { FORWARDED } from './forwarded';

class NewItem {
  @IsString()
  readonly name!: string;

  @IsInt()
  readonly size!: number;
}

/** What the owner saw. */
const seen: { headers: Request['headers'][]; aborted: number } = { headers: [], aborted: 0 };
let breakConnections = 0;

@Controller('things')
class ThingsController {
  @Get()
  list(@Req() { headers }: Request) {
    seen.headers.push(headers);
    return { items: ['a', 'b'], correlationId: currentMessageContext().correlationId };
  }

  @Get('breaking')
  break(@Req() { socket }: Request) {
    if (breakConnections-- > 0) socket.destroy();
    return { whole: true };
  }

  @Get('hanging')
  async hang(@Res() response: Response) {
    seen.headers.push({});
    await once(response, 'close');
    seen.aborted += 1;
  }

  @Get(':thingId')
  @Header('ETag', '"3"')
  show(@Param('thingId') thingId: string) {
    if (thingId === 'none') throw new Refusal('unknown', 'things.unknown', 'There is no such thing.');
    return { thingId };
  }

  @Put(':thingId')
  change(@Req() { headers }: Request, @Res({ passthrough: true }) response: Response) {
    if (headers['if-match'] !== '"3"')
      throw new Refusal('precondition-failed', 'things.changed', 'It was changed meanwhile.');
    response.set('ETag', '"4"');
    return { version: 4 };
  }

  @Post()
  @HttpCode(201)
  add(@Body() item: NewItem, @Req() { headers }: Request, @Res({ passthrough: true }) response: Response) {
    seen.headers.push(headers);
    response.location(`/things/${item.name}`);
    return item;
  }

  @Sse(':thingId/events')
  events(@Req() { headers }: Request) {
    const last = Number(headers['last-event-id'] ?? 0);
    return concat(
      of(last + 1, last + 2),
      defer(() => NEVER),
    ).pipe(map((id) => ({ id: String(id), type: 'step', data: { id } })));
  }
}

@Controller('people')
class PeopleController {
  @Get()
  list() {
    return [];
  }
}

@BoundedContext({ name: 'catalog' })
@Module({ controllers: [ThingsController] })
class Things {}

@BoundedContext({ name: 'customers' })
@Module({ controllers: [PeopleController] })
class People {}

@Module({ imports: [Things, People] })
class Root {}

describeWithNats('a request for a module of another process', () => {
  let nats: NatsServer;
  let database: TestDatabase;
  const running = new Set<ServedApplication>();
  let owner: ServedApplication;
  let edge: string;
  let together: string;

  const start = async (environment: Environment): Promise<ServedApplication> => {
    const { app, settings } = await assembleProcess(Root, environment, database);
    const served = await serve(app, settings);
    running.add(served);
    return served;
  };
  const stop = async (served: ServedApplication) => {
    if (running.delete(served)) await served.stop();
  };
  const startOwner = async (environment: Environment = {}) =>
    (owner = await start({ MODULES: 'catalog', NATS_URL: nats.url, ...environment }));
  const startEdge = async (environment: Environment = {}) =>
    start({ MODULES: 'customers', NATS_URL: nats.url, ...PATIENT, ...environment });

  beforeAll(async () => {
    nats = await NatsServer.start();
    // Several applications share its pools, and each reads the logs on connections of its own.
    database = await openTestDatabase(['catalog', 'customers'], { poolSize: 15 });
    together = await (await start({})).app.getUrl();
    edge = await (await startEdge()).app.getUrl();
    await startOwner();
  });

  afterAll(async () => {
    for (const served of [...running]) await stop(served);
    await database?.close();
    await nats?.stop();
  });

  /**
   * A server that says it hosts the module, and has nothing of it. It stands for a process that is stopped,
   * unless it gets an `answer`.
   */
  const pretendToHost = async (announcer: ServedApplication, answer: RequestListener = () => undefined) => {
    const requests: string[] = [];
    const server = createServer((incoming, response) => {
      if (incoming.url !== '/health/live') requests.push(`${incoming.method} ${incoming.url}`);
      answer(incoming, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { calls: connection } = announcer.app.get(Broker);
    const saying = connection.subscribe(addressSubjectOf('catalog'), {
      callback: (_error, message) => void message.respond(url),
    });
    await connection.flush();
    return {
      requests,
      end: () => {
        saying.unsubscribe();
        server.close();
        server.closeAllConnections();
      },
    };
  };

  /**
   * What a client sees, but for what differs from one request to the next and from one connection to the
   * next.
   */
  const shown = ({ status, headers, text }: request.Response) => {
    const {
      date: _date,
      connection: _connection,
      'keep-alive': _keepAlive,
      ...kept
    } = headers as Record<string, string>;
    return { status, headers: kept, text };
  };
  const asked = (
    method: 'get' | 'put' | 'post' | 'delete' | 'head',
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ) => {
    const ask = async (url: string) => {
      const agent = request(url);
      const test = agent[method](path).set({ 'X-Correlation-Id': 'c-1', ...headers });
      return shown(await (body === undefined ? test : test.send(body)));
    };
    return Promise.all([ask(edge), ask(together)]);
  };
  const json = { 'Content-Type': 'application/json' };

  it.each<[string, Parameters<typeof asked>]>([
    ['a list', ['get', '/things?limit=2']],
    ['a resource with a version', ['get', '/things/t-1']],
    ['only the headers', ['head', '/things/t-1']],
    ['a refusal', ['get', '/things/none']],
    ['a change of what was seen', ['put', '/things/t-1', { 'If-Match': '"3"' }]],
    ['a change of what was changed meanwhile', ['put', '/things/t-1', { 'If-Match': '"2"' }]],
    ['something new', ['post', '/things', json, '{"name":"a","size":1}']],
    ['a field that is not known', ['post', '/things', json, '{"name":"a","size":1,"colour":"red"}']],
    ['a body that is no JSON', ['post', '/things', json, '{"name":']],
    ['a body of another type', ['post', '/things', { 'Content-Type': 'text/plain' }, 'name']],
    [
      'a body that is too large',
      ['post', '/things', json, JSON.stringify({ name: 'x'.repeat(2_000_000), size: 1 })],
    ],
    ['a method that the path does not answer', ['delete', '/things/t-1']],
    ['a path with a broken escape', ['get', '/things/%E0%A4%A']],
    ['a path that nobody answers', ['get', '/nothing']],
    ['a module of this process', ['get', '/people']],
  ])('is answered as in one process: %s', async (_what, ask) => {
    const [through, direct] = await asked(...ask);
    expect(through).toEqual(direct);
  });

  it('carries the correlation id and says who sent it on, and nothing about the connection of its client', async () => {
    seen.headers = [];
    const hop = { Connection: 'close, X-Secret', 'X-Secret': '1', TE: 'trailers' };
    const { body, headers } = await request(edge).get('/things').set(hop).expect(200);
    expect(headers['x-correlation-id']).toBe(body.correlationId);
    expect(seen.headers[0]['x-correlation-id']).toBe(body.correlationId);
    expect(seen.headers[0].via).toMatch(/^1\.1 seamline-/);
    expect([seen.headers[0]['x-secret'], seen.headers[0].te]).toEqual([undefined, undefined]);
  });

  it('is told from one that its process answers itself', async () => {
    const forwarded: string[] = [];
    const served = await startEdge();
    const server: Server = served.app.getHttpServer();
    server.prependListener('request', ({ url = '' }, response) => {
      response.once(FORWARDED, () => forwarded.push(url));
    });
    const url = await served.app.getUrl();
    for (const path of ['/people', '/things']) await request(url).get(path).expect(200);
    expect(forwarded).toEqual(['/things']);
    await stop(served);
  });

  it('streams events, from where its client has seen them', async () => {
    const stream = await readEvents(`${edge}/things/t-1/events`, '7');
    expect(await stream.take(2)).toEqual([
      { id: '8', event: 'step', data: { id: 8 } },
      { id: '9', event: 'step', data: { id: 9 } },
    ]);
  });

  it('is given up where it is worked on, when its client gives up', async () => {
    const [asked, aborted] = [seen.headers.length, seen.aborted];
    const client = httpRequest(`${edge}/things/hanging`);
    client.on('error', () => undefined);
    client.end();
    await eventually(() => expect(seen.headers.length).toBe(asked + 1));
    client.destroy();
    await eventually(() => expect(seen.aborted).toBe(aborted + 1));
  });

  it('is sent again when it changes nothing and its connection breaks', async () => {
    breakConnections = 2;
    await request(edge).get('/things/breaking').expect(200, { whole: true });
  });

  it('waits while its module is started again, with its body', async () => {
    await stop(owner);
    const before = seen.headers.length;
    const waiting = [
      request(edge).get('/things').expect(200),
      request(edge).post('/things').send({ name: 'w', size: 2 }).expect(201),
    ];
    const answers = Promise.all(waiting);
    await startOwner();
    const [, added] = await answers;
    expect(added.body).toEqual({ name: 'w', size: 2 });
    // Each of them was asked once.
    expect(seen.headers.length).toBe(before + 2);
  });

  it('finds another process that hosts the module, when the one it knew has stopped', async () => {
    const first = owner;
    await request(edge).get('/things').expect(200);
    await startOwner();
    await stop(first);
    await Promise.all(Array.from({ length: 10 }, () => request(edge).get('/things').expect(200)));
  });

  it('is answered with 503 and Retry-After, when nobody hosts the module in time', async () => {
    const hasty = await (await startEdge({ FORWARD_WAIT_MS: '50' })).app.getUrl();
    await stop(owner);
    const { body } = await request(hasty)
      .get('/things')
      .expect(503)
      .expect('Retry-After', '1')
      .expect('Content-Type', /problem\+json/);
    expect(body).toMatchObject({ code: 'service.unavailable', instance: '/things' });
    await startOwner();
    await eventually(() => request(hasty).get('/things').expect(200));
  });

  it('is sent on by a process that does not host the module any more, and the next one goes straight there', async () => {
    const wrong = await startEdge();
    const address = await wrong.app.getUrl();
    const other = await startEdge();
    const { calls: connection } = other.app.get(Broker);
    // An old address: `wrong` says that it hosts the module.
    await stop(owner);
    const lie = connection.subscribe(addressSubjectOf('catalog'), {
      max: 1,
      callback: (_error, message) => void message.respond(address),
    });
    await connection.flush();
    const url = await other.app.getUrl();
    const first = request(url).get('/things').expect(200);
    const answer = first.then((response) => response);
    await eventually(() => expect(lie.getReceived()).toBeGreaterThan(0));
    await startOwner();
    expect((await answer).headers.via).toBeUndefined();
    seen.headers = [];
    await request(url).get('/things').expect(200);
    expect(String(seen.headers[0].via).split(',')).toHaveLength(1);
  });

  it('is refused when it goes in a circle', async () => {
    await stop(owner);
    const first = await startEdge();
    const { calls: connection } = first.app.get(Broker);
    const circle = connection.subscribe(addressSubjectOf('catalog'), {
      callback: (_error, message) => void first.app.getUrl().then((url) => message.respond(url)),
    });
    await connection.flush();
    const { body } = await request(await first.app.getUrl())
      .get('/things')
      .expect(508);
    expect(body.code).toBe('request.loop');
    circle.unsubscribe();
    await stop(first);
    await startOwner();
  });

  describe('that a process takes and does not answer', () => {
    const SILENCE = { FORWARD_SILENCE_MS: '1000', FORWARD_TOTAL_MS: '1000' };

    it.each<[string, (api: ReturnType<typeof request>) => Promise<request.Response>]>([
      ['one that changes nothing', async (api) => api.get('/things').expect(200)],
      [
        'one with a key',
        async (api) =>
          api.post('/things').set('Idempotency-Key', 'k').send({ name: 'k', size: 1 }).expect(201),
      ],
    ])('is sent to another one, which gets the next ones, too: %s', async (_which, ask) => {
      await stop(owner);
      const served = await startEdge();
      const silent = await pretendToHost(served);
      const url = await served.app.getUrl();
      const asked = ask(request(url));
      const answer = asked.then((response) => response);
      await eventually(() => expect(silent.requests).toHaveLength(1));
      await startOwner();
      await answer;
      for (let next = 0; next < 10; next += 1) await request(url).get('/things').expect(200);
      expect(silent.requests).toHaveLength(1);
      silent.end();
      await stop(served);
    });

    it('is answered with 504 and sent once, when it could have its effect twice', async () => {
      const served = await startEdge(SILENCE);
      await stop(owner);
      const silent = await pretendToHost(served);
      const url = await served.app.getUrl();
      const asked = request(url)
        .post('/things')
        .send({ name: 'once', size: 1 })
        .expect(504)
        .expect('Retry-After', '1');
      const answer = asked.then((response) => response);
      await eventually(() => expect(silent.requests).toHaveLength(1));
      await startOwner();
      expect((await answer).body).toMatchObject({ code: 'service.no-answer', status: 504 });
      expect(silent.requests).toHaveLength(1);
      silent.end();
      await stop(served);
    });

    it('is answered with 504 when there is no other process, and that one is asked again', async () => {
      const served = await startEdge(SILENCE);
      await stop(owner);
      let wakes = false;
      const silent = await pretendToHost(served, (_request, response) => void (wakes && response.end('{}')));
      const url = await served.app.getUrl();
      await request(url).get('/things').expect(504);
      wakes = true;
      await request(url).get('/things').expect(200);
      silent.end();
      await stop(served);
      await startOwner();
    });

    it('is cut off when its answer stops in the middle or never ends, and a stream of events is not', async () => {
      const served = await startEdge(SILENCE);
      await stop(owner);
      const speaking = new Set<NodeJS.Timeout>();
      const speak: RequestListener = ({ url }, response) => {
        response.setHeader(
          'Content-Type',
          url?.endsWith('/events') ? 'text/event-stream' : 'application/json',
        );
        response.write('\n');
        if (url === '/things/stops') return;
        speaking.add(setInterval(() => response.write(': still here\n\n'), 100));
      };
      const speaker = await pretendToHost(served, speak);
      const url = await served.app.getUrl();
      const stream = await fetch(`${url}/things/t-1/events`);
      await expect(fetch(`${url}/things/stops`).then((response) => response.text())).rejects.toThrow();
      await expect(fetch(`${url}/things/never-ends`).then((response) => response.text())).rejects.toThrow();
      // Open for as long as each of the others, and still speaking.
      const reader = stream.body!.getReader();
      for (let heard = 0; heard < 20; heard += 1) expect(await reader.read()).toMatchObject({ done: false });
      await reader.cancel();
      for (const timer of speaking) clearInterval(timer);
      speaker.end();
      await stop(served);
      await startOwner();
    });
  });

  it('is described by any process, with the whole API', async () => {
    const [there, here] = await Promise.all([
      request(edge).get('/openapi.json').expect(200),
      request(together).get('/openapi.json').expect(200),
    ]);
    expect(there.body).toEqual(here.body);
    expect(Object.keys(there.body.paths as object)).toContain('/things/{thingId}/events');
  });

  it('says nothing about whether this process is ready', async () => {
    await stop(owner);
    await request(edge).get('/health/ready').expect(200);
    await startOwner();
  });
});
