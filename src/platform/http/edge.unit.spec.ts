import { connect } from 'node:net';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Body,
  Controller,
  Get,
  Global,
  Header,
  HttpCode,
  Module,
  NotFoundException,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Min, ValidateNested } from 'class-validator';
import type { Request, Response } from 'express';
import request from 'supertest';
import { QueryFailedError } from 'typeorm';
import { eventually } from '../../../test/support/eventually';
import { Clock } from '../unit-of-work/clock';
import { type HttpSettings, Settings } from '../config/settings';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Money } from '../domain/money';
import { Refusal } from '../domain/refusal';
import { Hosting } from '../hosting/hosting';
import { LogHealth } from '../log/log-health';
import { currentMessageContext } from '../messages/message-context';
import { Metrics } from '../observability/metrics';
import { configureHttp } from './configure-http';
import { Draining } from './draining';
import { EventStreams } from './event-streams';
import { HttpModule } from './http.module';
import { fingerprintOf } from './fingerprint';
import { IdempotencyContext } from './idempotency';
import { IfMatch, setETag } from './if-match';
import { decodeCursor, PageRequest } from './paging';
import { PreferWait } from './prefer-wait';

class LineRequest {
  @IsString()
  @Length(1, 5)
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  readonly quantity!: number;
}

class OrderRequest {
  @ApiProperty()
  @IsString()
  readonly name!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Money)
  readonly price?: Money;

  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => LineRequest)
  readonly lines!: LineRequest[];

  @IsOptional()
  @IsIn(['delivered', 'failed'])
  readonly outcome?: string;
}

class ThingPath {
  @IsUUID()
  readonly id!: string;
}

@Controller('things')
class ThingsController {
  constructor(private readonly streams: EventStreams) {}

  @Get(':id/events')
  events(@Req() request: Request, @Res() response: Response): void {
    if (this.streams.begin(request, response)) response.write(': here\n\n');
  }

  @Get()
  list(@Query() page: PageRequest): unknown {
    return { limit: page.limit, parts: page.cursor === undefined ? null : decodeCursor(page.cursor) };
  }

  @Post()
  @HttpCode(202)
  add(
    @Body() body: OrderRequest,
    @IdempotencyContext('things') context: IdempotencyContext,
    @PreferWait() seconds: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): unknown {
    response.location('/things/1');
    return { lines: body.lines.length, line: body.lines[0] instanceof LineRequest, context, seconds, origin: currentMessageContext() };
  }

  @Get('failures/:kind')
  fail(@Param('kind') kind: string, @Query('token') _token: string, @Res({ passthrough: true }) response: Response): never {
    setETag(response, 1);
    if (kind === 'refusal')
      throw new Refusal('invalid', 'things.refused', 'No.', [{ pointer: '/lines/0', code: 'things.bad', message: 'Bad.' }]);
    if (kind === 'unknown') throw new Refusal('unknown', 'things.unknown', 'No such thing.');
    if (kind === 'conflict') throw new Refusal('conflict', 'things.conflict', 'Not now.');
    if (kind === 'in-flight') throw new Refusal('conflict', 'idempotency.in-flight', 'Not yet.');
    if (kind === 'not-allowed') throw new Refusal('not-allowed', 'things.not-yours', 'Not you.');
    if (kind === 'nest') throw new NotFoundException('No such thing here.');
    if (kind === 'refused') throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' });
    if (kind === 'sql') throw new QueryFailedError('select secret', [], Object.assign(new Error('bad uuid'), { code: '22P02' }));
    if (kind === 'twice') throw new QueryFailedError('insert', [], Object.assign(new Error('duplicate key'), { code: '23505' }));
    throw new Error('the password is hunter2');
  }

  @Get(':id')
  show(@Param() { id }: ThingPath, @Res({ passthrough: true }) response: Response): unknown {
    setETag(response, 3);
    return { id };
  }

  @Patch(':id')
  change(@Param() { id }: ThingPath, @IfMatch() version: number | undefined): unknown {
    return { id, version: version ?? null };
  }

  @Post(':id/parts')
  addPart(@Param() { id }: ThingPath, @Body() body: OrderRequest, @IdempotencyContext('things') context: IdempotencyContext): unknown {
    return { id, name: body.name, fingerprint: fingerprintOf(context.body) };
  }

  @Get(':id/half')
  @Header('Content-Type', 'text/plain')
  half(@Res() response: Response): never {
    response.write('half');
    throw new Error('too late');
  }
}

const ID = '019a0000-0000-7000-8000-000000000001';
const ORDER = { name: 'x', lines: [{ itemId: 'A', quantity: 1 }] };
const LIMIT = 300_000;
const HTTP: HttpSettings = {
  ...{
    port: 0,
    host: '127.0.0.1',
    loopbackOnly: true,
    bodyLimitBytes: LIMIT,
    requestTimeoutMs: 30_000,
    drainDelayMs: 0,
    streamsPerClient: 2,
  },
  browsers: { hosts: ['shop.example.com'], origins: ['https://shop.example.com'] },
};

const answers = jest.fn<Promise<unknown>, []>();

@Global()
@Module({
  imports: [HttpModule],
  controllers: [ThingsController],
  providers: [
    Clock,
    { provide: Settings, useValue: { http: HTTP } },
    { provide: UnitOfWork, useValue: {} },
    { provide: ModuleDatabases, useValue: { modules: ['things'], of: () => ({ query: () => answers() }) } },
    { provide: Hosting, useValue: new Hosting(['things']) },
  ],
  exports: [Clock, Settings, UnitOfWork, ModuleDatabases, Hosting],
})
class ThingsModule {}

describe('The edge', () => {
  let app: NestExpressApplication;
  let server: Server;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(ThingsModule, { logger: false, bodyParser: false });
    configureHttp(app, { http: HTTP });
    await app.listen(0, '127.0.0.1');
    server = app.getHttpServer();
  });
  afterAll(() => app.close());
  beforeEach(() => answers.mockResolvedValue([]));

  const post = (body: object | string, headers: Record<string, string> = {}) =>
    request(server).post('/things').set('Content-Type', 'application/json').set(headers).send(body);

  const expectProblem = async (test: request.Test, status: number, code: string): Promise<request.Response> => {
    const response = await test;
    expect({ status: response.status, code: (response.body as { code?: string }).code }).toEqual({ status, code });
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({
      type: `/problems/${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
      correlationId: response.get('X-Correlation-Id'),
    });
    expect(response.text).not.toMatch(/node_modules|\.ts:|\bat .+\(|hunter2|select secret/);
    return response;
  };

  describe('gives an id one spelling', () => {
    it('whether it comes in capitals or not', async () => {
      const id = '019abcde-0000-7000-8000-00000000abcd';
      expect((await request(server).get(`/things/${id.toUpperCase()}`).expect(200)).body).toEqual({ id });
    });

    it.each([`{${ID}}`, ID.replaceAll('-', ''), `urn:uuid:${ID}`])('and does not take it for one when it is %s', async (other) => {
      await expectProblem(request(server).get(`/things/${encodeURIComponent(other)}`), 400, 'request.malformed');
    });

    it('so that a request in another spelling is the same request, and one about another thing is not', async () => {
      const id = '019abcde-0000-7000-8000-00000000abcd';
      const fingerprint = async (path: string, body: object): Promise<unknown> =>
        (await request(server).post(`/things/${path}/parts`).send(body).expect(201)).body;
      const first = await fingerprint(id, ORDER);
      expect(await fingerprint(id.toUpperCase(), { lines: ORDER.lines, name: ORDER.name })).toEqual(first);
      expect(await fingerprint(ID, ORDER)).not.toEqual(first);
      expect(await fingerprint(id, { ...ORDER, name: 'y' })).not.toEqual(first);
    });
  });

  describe('answers problem documents', () => {
    it.each([
      ['refusal', 422, 'things.refused'],
      ['unknown', 404, 'things.unknown'],
      ['conflict', 409, 'things.conflict'],
      ['in-flight', 409, 'idempotency.in-flight'],
      ['not-allowed', 403, 'things.not-yours'],
      ['nest', 404, 'request.not-found'],
      ['refused', 503, 'service.unavailable'],
      ['sql', 400, 'request.value-malformed'],
      ['twice', 409, 'request.conflict'],
      ['anything', 500, 'service.internal-error'],
    ])('%s: %i %s', async (kind, status, code) => {
      const response = await expectProblem(request(server).get(`/things/failures/${kind}?token=secret`), status, code);
      expect((response.body as { instance: string }).instance).toBe(`/things/failures/${kind}`);
      expect(response.get('ETag')).toBeUndefined();
      if (status === 503 || kind === 'in-flight') expect(response.get('Retry-After')).toBe('1');
      if (kind === 'refusal')
        expect((response.body as { errors: unknown }).errors).toEqual([{ pointer: '/lines/0', code: 'things.bad', message: 'Bad.' }]);
    });

    it('to unknown paths and methods', async () => {
      await expectProblem(request(server).get('/nothing'), 404, 'request.route-unknown');
      const response = await expectProblem(request(server).delete(`/things/${ID}`), 405, 'request.method-not-allowed');
      expect(response.get('Allow')).toBe('GET, HEAD, PATCH');
    });

    it('to URLs that cannot be decoded or stored', async () => {
      await expectProblem(request(server).get('/things/%ff'), 400, 'request.url-malformed');
      await expectProblem(request(server).get('/things?cursor=%zz'), 400, 'request.url-malformed');
      await expectProblem(request(server).get('/things/a%00b'), 400, 'request.text-not-storable');
    });

    it('and cuts an answer off that failed half-way', async () => {
      await expect(request(server).get(`/things/${ID}/half`)).rejects.toThrow();
    });
  });

  describe('reads bodies', () => {
    it('of 1,000 lines', async () => {
      const lines = Array.from({ length: 1_000 }, () => ({ itemId: 'ABCDE', quantity: 123 }));
      const response = await post({ name: 'x', lines });
      expect(response.status).toBe(202);
      expect(response.body).toMatchObject({ lines: 1_000, line: true });
    });

    it('and refuses the unparsable, the large, the deep and what is no JSON object', async () => {
      await expectProblem(post('{"name": nope'), 400, 'request.body-unparsable');
      await expectProblem(post('"text"'), 400, 'request.body-unparsable');
      await expectProblem(post('[]'), 400, 'request.malformed');
      await expectProblem(post(JSON.stringify({ name: 'x'.repeat(LIMIT) })), 413, 'request.body-too-large');
      await expectProblem(post(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`), 400, 'request.body-too-deep');
      await expectProblem(post(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 400, 'request.body-too-deep');
    });

    it('of JSON in UTF-8 only', async () => {
      await expectProblem(
        request(server).post('/things').set('Content-Type', 'text/plain').send('x'),
        415,
        'request.media-type-unsupported',
      );
      await expectProblem(request(server).post('/things').type('form').send({ name: 'x' }), 415, 'request.media-type-unsupported');
      await expectProblem(post('{}', { 'Content-Type': 'application/json; charset=latin1' }), 415, 'request.charset-unsupported');
      await expectProblem(post('{}', { 'Content-Encoding': 'snappy' }), 415, 'request.encoding-unsupported');
    });

    it('and refuses text that no database can store', async () => {
      const nul = await expectProblem(post({ ...ORDER, lines: [{ itemId: 'a\0', quantity: 1 }] }), 400, 'request.malformed');
      expect((nul.body as { errors: unknown }).errors).toEqual([
        expect.objectContaining({ pointer: '/lines/0/itemId', code: 'request.text-not-storable' }),
      ]);
      await expectProblem(post('{"name":"\\ud800","lines":[]}'), 400, 'request.malformed');
      await expectProblem(post('{"name":"x","lines":[],"__proto__":{"admin":true}}'), 400, 'request.malformed');
      expect((await post({ ...ORDER, name: '😀' })).status).toBe(202);
    });
  });

  describe('validates', () => {
    const reasons = async (body: object, status: number, code: string) => {
      const response = await expectProblem(post(body), status, code);
      return (response.body as { errors: { pointer: string; code: string }[] }).errors.map((error) => `${error.pointer} ${error.code}`);
    };

    it.each<[string, object, string]>([
      ['an unknown field', { ...ORDER, extra: 1 }, '/extra request.field-unknown'],
      ['an unknown field inside', { ...ORDER, lines: [{ itemId: 'A', quantity: 1, 'a/b': 1 }] }, '/lines/0/a~1b request.field-unknown'],
      ['a field called constructor', JSON.parse('{"name":"x","lines":[],"constructor":1}') as object, '/constructor request.field-unknown'],
      ['a field called toString', { ...ORDER, toString: 'x' }, '/toString request.field-unknown'],
      ['a field called __proto__', JSON.parse('{"name":"x","lines":[],"__proto__":{"a":1}}') as object, '/__proto__ request.field-unknown'],
      [
        'a field called hasOwnProperty inside',
        { ...ORDER, lines: [{ itemId: 'A', quantity: 1, hasOwnProperty: 1 }] },
        '/lines/0/hasOwnProperty request.field-unknown',
      ],
      ['a wrong type', { ...ORDER, name: 5 }, '/name request.field-type'],
      ['a number in quotes', { ...ORDER, lines: [{ itemId: 'A', quantity: '1' }] }, '/lines/0/quantity request.field-type'],
      ['a fraction', { ...ORDER, lines: [{ itemId: 'A', quantity: 1.5 }] }, '/lines/0/quantity request.field-type'],
      ['a missing field', { lines: [] }, '/name request.field-missing'],
      ['null', { ...ORDER, name: null }, '/name request.field-missing'],
      ['an object for a list', { ...ORDER, lines: {} }, '/lines request.field-type'],
      ['a list for an object', { ...ORDER, price: [] }, '/price request.field-type'],
      ['text for an object', { ...ORDER, price: 'x' }, '/price request.field-type'],
      ['null in a list', { ...ORDER, lines: [null] }, '/lines/0 request.field-missing'],
      ['a number in a list of objects', { ...ORDER, lines: [1] }, '/lines/0 request.field-type'],
      ['a list in a list of objects', { ...ORDER, lines: [[]] }, '/lines/0 request.field-type'],
    ])('%s: 400', async (_name, body, reason) => {
      expect(await reasons(body, 400, 'request.malformed')).toEqual([reason]);
    });

    it.each<[string, object, string]>([
      ['a number too small', { ...ORDER, lines: [{ itemId: 'A', quantity: 0 }] }, '/lines/0/quantity request.field-value'],
      ['a text too long', { ...ORDER, lines: [{ itemId: 'ABCDEF', quantity: 1 }] }, '/lines/0/itemId request.field-value'],
      ['a word that is none of the choices', { ...ORDER, outcome: 'lost' }, '/outcome request.field-value'],
      ['a list too long', { ...ORDER, lines: Array.from({ length: 1_001 }, () => ORDER.lines[0]) }, '/lines request.field-value'],
      ['a currency that is none', { ...ORDER, price: { amount: 1, currency: 'pounds' } }, '/price/currency request.field-value'],
    ])('%s: 422', async (_name, body, reason) => {
      expect(await reasons(body, 422, 'request.out-of-range')).toEqual([reason]);
    });

    it('and refuses what a route would not look at', async () => {
      const unread = async (test: request.Test, pointer: string): Promise<void> => {
        const { body } = await expectProblem(test, 400, 'request.malformed');
        expect((body as { errors: unknown }).errors).toEqual([expect.objectContaining({ pointer, code: 'request.field-unknown' })]);
      };
      await unread(request(server).get(`/things/${ID}?colour=red`), '/colour');
      await unread(request(server).post('/things?name=x').send(ORDER), '/name');
      await unread(request(server).patch(`/things/${ID}`).send({ name: 'x' }), '/name');
      await request(server).patch(`/things/${ID}`).send({}).expect(200);
    });

    it('no body as an empty one', async () => {
      await expectProblem(request(server).post('/things'), 400, 'request.malformed');
    });

    it('and gives at most 100 reasons', async () => {
      expect(await reasons({ name: 'x', lines: Array.from({ length: 500 }, () => ({})) }, 400, 'request.malformed')).toHaveLength(100);
    });

    it('paths and queries', async () => {
      await expectProblem(request(server).get('/things/not-a-uuid'), 400, 'request.malformed');
      await expectProblem(request(server).get('/things?limit=abc'), 400, 'request.malformed');
      await expectProblem(request(server).get('/things?limit=1&limit=2'), 400, 'request.malformed');
      await expectProblem(request(server).get('/things?page=2'), 400, 'request.malformed');
      const reasonsOfLimit = async (limit: string): Promise<unknown> =>
        ((await expectProblem(request(server).get(`/things?limit=${limit}`), 400, 'request.malformed')).body as { errors: unknown }).errors;
      for (const limit of ['0', '201', '-1', '1.5', 'abc', ''])
        expect(await reasonsOfLimit(limit)).toEqual([expect.objectContaining({ pointer: '/limit', code: 'request.field-value' })]);
      await expectProblem(request(server).get('/things?toString=1'), 400, 'request.malformed');
      await expectProblem(request(server).get('/things?cursor=garbage'), 400, 'request.cursor-malformed');
      expect((await request(server).get('/things?limit=7')).body).toEqual({ limit: 7, parts: null });
      expect((await request(server).get('/things')).body).toEqual({ limit: 50, parts: null });
    });
  });

  describe('reads headers', () => {
    it('Idempotency-Key, into a context that knows route and parameters', async () => {
      const response = await post(ORDER, { 'Idempotency-Key': 'k-1', Prefer: 'wait=5' });
      expect(response.body).toMatchObject({
        seconds: 5,
        context: { key: 'k-1', module: 'things', route: 'POST /things', caller: 'anonymous', body: { parameters: {}, body: ORDER } },
      });
      expect(response.get('Location')).toBe('/things/1');
    });

    it('and refuses keys that are too long or not visible', async () => {
      await expectProblem(post(ORDER, { 'Idempotency-Key': 'x'.repeat(256) }), 400, 'request.idempotency-key-malformed');
      await expectProblem(post(ORDER, { 'Idempotency-Key': 'a b' }), 400, 'request.idempotency-key-malformed');
      await expectProblem(post(ORDER, { 'Idempotency-Key': '' }), 400, 'request.idempotency-key-malformed');
    });

    it('If-Match', async () => {
      const patch = (tag: string) => request(server).patch(`/things/${ID}`).set('If-Match', tag);
      expect((await patch('"3"')).body).toEqual({ id: ID, version: 3 });
      expect((await patch('*')).body).toEqual({ id: ID, version: null });
      expect((await request(server).patch(`/things/${ID}`)).body).toEqual({ id: ID, version: null });
      await expectProblem(patch('W/"3"'), 412, 'request.version-not-current');
      await expectProblem(patch('"other"'), 412, 'request.version-not-current');
      await expectProblem(patch('3'), 400, 'request.if-match-malformed');
    });

    it('If-None-Match', async () => {
      expect((await request(server).get(`/things/${ID}`)).get('ETag')).toBe('"3"');
      expect((await request(server).get(`/things/${ID}`).set('If-None-Match', '"3"')).status).toBe(304);
    });

    it('X-Correlation-Id and traceparent, through the reading of the body', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const taken = await post(ORDER, { 'X-Correlation-Id': 'call-1', traceparent });
      expect(taken.get('X-Correlation-Id')).toBe('call-1');
      expect((taken.body as { origin: unknown }).origin).toEqual({ correlationId: 'call-1', traceparent });
      const made = await post(ORDER, { 'X-Correlation-Id': 'a b\tc', traceparent: '00-0-0-01' });
      expect(made.get('X-Correlation-Id')).toMatch(/^[0-9a-f-]{36}$/);
      expect((made.body as { origin: unknown }).origin).toEqual({ correlationId: made.get('X-Correlation-Id') });
    });
  });

  describe('while there is no login', () => {
    const from = (headers: Record<string, string>, method: 'get' | 'patch' = 'patch') =>
      request(server)[method](`/things/${ID}`).set(headers);
    const port = (): number => (server.address() as AddressInfo).port;

    it.each([
      ['of another origin', { Origin: 'https://evil.example' }],
      ['without an origin to name', { Origin: 'null' }],
      ['of another port of this machine', { Origin: 'http://127.0.0.1:1' }],
      ['of another site, by its form', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
      ['of the same site and another port', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' }],
    ])('refuses what a page sends %s', async (_page, headers) => {
      await expectProblem(from(headers), 403, 'request.other-site');
    });

    it.each([
      ['of another origin', { Origin: 'https://evil.example' }],
      ['in the background', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
      ['in a frame', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
    ])('refuses what a page reads %s', async (_page, headers) => {
      await expectProblem(from(headers, 'get'), 403, 'request.other-site');
    });

    it.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example', 'a@b', ''])(
      'refuses a name that is not its own, as a page has that points its name here: %s',
      async (host) => {
        await expectProblem(from({ Host: host }), 421, 'request.host-unknown');
      },
    );

    it('answers programs, links, its own pages and what is listed', async () => {
      await from({}).expect(200);
      await from({ 'Sec-Fetch-Site': 'none' }).expect(200);
      await from({ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }, 'get').expect(200);
      await from({ Origin: `http://127.0.0.1:${port()}`, 'Sec-Fetch-Site': 'same-origin' }).expect(200);
      await from({ Host: 'localhost:3000', Origin: 'http://localhost:3000' }).expect(200);
      await from({ Host: 'Shop.example.com', Origin: 'https://shop.example.com' }).expect(200);
      await from({ Origin: 'https://shop.example.com', 'Sec-Fetch-Site': 'cross-site' }).expect(200);
      for (const host of ['[::1]:3000', '10.0.0.1', 'orders:3000', 'a.localhost', 'localhost.']) await from({ Host: host }).expect(200);
    });
  });

  describe('sends answers', () => {
    const lines = Array.from({ length: 200 }, () => ({ itemId: 'ABCDE', quantity: 123 }));
    const large = (accepted: string) => post({ name: 'x', lines }, { 'Accept-Encoding': accepted, 'Idempotency-Key': 'k' });

    it('compressed where the client takes it, and says so to caches', async () => {
      const [packed, plain] = [await large('gzip'), await large('identity')];
      expect([packed.get('Content-Encoding'), plain.get('Content-Encoding')]).toEqual(['gzip', undefined]);
      expect([packed.get('Vary'), plain.get('Vary')]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
      expect(Number(packed.get('Content-Length'))).toBeLessThan(Number(plain.get('Content-Length')) / 2);
      expect((packed.body as { context: unknown }).context).toEqual((plain.body as { context: unknown }).context);
      expect((await request(server).get(`/things/${ID}`).set('Accept-Encoding', 'gzip')).get('Content-Encoding')).toBeUndefined();
      expect((await large('gzip;q=0')).get('Content-Encoding')).toBeUndefined();
    });

    it('that no cache keeps', async () => {
      for (const path of [`/things/${ID}`, '/things', '/things/not-a-uuid', '/health/live'])
        expect((await request(server).get(path)).get('Cache-Control')).toBe('no-store');
    });

    it('with a page in front that leads on', async () => {
      const { body } = await request(server).get('/').expect(200);
      const links = Object.keys((body as { links: object }).links);
      expect(links).toContain('/docs');
      for (const link of links) expect([link, (await request(server).get(link).redirects(1)).status]).toEqual([link, 200]);
      const { text } = await request(server).get('/').set('Accept', 'text/html,*/*;q=0.8').expect('Content-Type', /html/);
      expect(text).toContain('<a href="/docs">');
    });
  });

  it('takes capitals in a path for another path', async () => {
    await expectProblem(request(server).get('/Things'), 404, 'request.route-unknown');
    await expectProblem(request(server).post(`/things/${ID}/Parts`).send(ORDER), 404, 'request.route-unknown');
  });

  it('sends security headers and does not say what it runs on', async () => {
    const response = await request(server).get('/health/live');
    expect(response.get('X-Powered-By')).toBeUndefined();
    expect(response.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.get('Content-Security-Policy')).toContain("script-src 'self'");
    expect(response.get('Content-Security-Policy')).not.toContain('upgrade-insecure-requests');
  });

  describe('answers what is no request', () => {
    const send = (bytes: string) =>
      new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
        socket.on('data', (data) => (text += data.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
    const statusesOf = (text: string): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    const body = JSON.stringify(ORDER);
    const valid = `POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunked =
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n';

    it('with a problem document', async () => {
      expect(await send('BROKEN\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]+request.malformed/);
      expect(await send(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 [^]+request.headers-too-large/);
    });

    it.each<[string, string, string[]]>([
      ['a request', `${valid}BROKEN\r\n\r\n`, ['202', '400']],
      ['several', `${valid}${valid}BROKEN\r\n\r\n`, ['202', '202', '400']],
      ['a request, in the body of the next one', `${valid}${chunked}`, ['202', '400']],
      ['nothing but its own head', chunked, ['400']],
    ])('after the answers to what was whole before it: %s', async (_before, bytes, statuses) => {
      expect(statusesOf(await send(bytes))).toEqual(statuses);
    });
  });

  describe('streams events', () => {
    const open = async (headers: Record<string, string> = {}, method = 'GET') => {
      const asking = new AbortController();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/things/${ID}/events`;
      const response = await fetch(url, { method, headers, signal: asking.signal });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), end: () => asking.abort() };
    };

    it('to so many at a time for each client, and begins none for HEAD', async () => {
      for (let times = 0; times < 3; times += 1) expect(await open({}, 'HEAD')).toMatchObject({ status: 200 });
      const streams = [await open(), await open()];
      expect(streams).toEqual([expect.objectContaining({ status: 200 }), expect.objectContaining({ status: 200 })]);
      expect(await open()).toMatchObject({ status: 429, retryAfter: '5' });
      expect(await open({}, 'HEAD')).toMatchObject({ status: 200 });
      // Its client is counted by the process that it asked.
      const passedOn = await open({ Via: '1.1 seamline-x' });
      expect(passedOn).toMatchObject({ status: 200 });
      for (const stream of [...streams, passedOn]) stream.end();
      const again = await eventually(async () => {
        const stream = await open();
        expect(stream.status).toBe(200);
        return stream;
      });
      again.end();
    });
  });

  describe('serves its documentation', () => {
    it('as OpenAPI 3.1, with headers and problems', async () => {
      const response = await request(server).get('/openapi.json');
      expect(response.status).toBe(200);
      const document = response.body as {
        openapi: string;
        servers: unknown[];
        paths: Record<string, Record<string, { parameters: { name: string }[]; responses: Record<string, unknown> }>>;
      };
      expect(document.openapi).toBe('3.1.0');
      expect(document.servers).toEqual([expect.objectContaining({ url: '/' })]);
      expect(document.paths['/things'].post.parameters.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Idempotency-Key', 'Prefer']),
      );
      expect(document.paths['/things/{id}'].patch.parameters.map(({ name }) => name)).toContain('If-Match');
      expect(document.paths['/things'].get.responses).toHaveProperty('default');
    });

    it('on a page without inline scripts, which the security policy would stop', async () => {
      const page = await request(server).get('/docs');
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
      const scripts = [...page.text.matchAll(/<script src=["']\.?\/?([^"']+)["']/g)].map(([, path]) => path);
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts) expect((await request(server).get(`/${script}`)).status).toBe(200);
    });
  });

  describe('tells how it is', () => {
    it('in metrics, by route template, and to operators only', async () => {
      await request(server).get(`/things/${ID}`);
      await request(server).get('/nothing/at/all');
      app.get(Metrics).gauge('seamline_test', 'A test.', ['log']).set({ log: 'orders' }, 3);
      expect(() => app.get(Metrics).counter('seamline_test', 'Another.')).toThrow('is of another kind');
      const text = await app.get(Metrics).text();
      expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="200"\} \d+/);
      expect(text).toContain('route="unmatched",status="404"');
      expect(text).not.toContain(ID);
      expect(text).toContain('seamline_test{log="orders"} 3');
      expect(text).toContain('process_cpu_user_seconds_total');
      await expectProblem(request(server).get('/metrics'), 404, 'request.route-unknown');
    });

    it('in readiness and metrics: a log that waits for an operator, and that it goes on', async () => {
      const report = app.get(LogHealth).reporter('things', 'relay');
      report('the log of things is stuck. Do this: cure');
      expect(await request(server).get('/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'not-ready', databases: { things: 'up' }, logs: { things: 'the log of things is stuck. Do this: cure' } },
      });
      expect(await app.get(Metrics).text()).toContain('seamline_log_halted{log="things",part="relay"} 1');
      report(undefined);
      const { status, body } = await request(server).get('/health/ready');
      expect([status, body]).toEqual([200, { status: 'ready', databases: { things: 'up' } }]);
      expect(await app.get(Metrics).text()).toContain('seamline_log_halted{log="things",part="relay"} 0');
    });

    it('in readiness: databases, then draining', async () => {
      expect(await request(server).get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'ready', databases: { things: 'up' } },
      });
      answers.mockRejectedValueOnce(new Error('down'));
      expect(await request(server).get('/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'not-ready', databases: { things: 'down' } },
      });
      app.get(Draining).announce();
      expect(await request(server).get('/health/ready')).toMatchObject({ status: 503, body: { status: 'draining' } });
      // Until it begins, everything is answered and nothing that a client waits for is cut short.
      expect(app.get(Draining).signal.aborted).toBe(false);
      const answered = await request(server).get(`/things/${ID}`);
      expect([answered.status, answered.get('Connection')]).toEqual([200, 'close']);
      app.get(Draining).begin();
      const response = await request(server).get('/health/ready');
      expect(response).toMatchObject({ status: 503, body: { status: 'draining' } });
      expect(response.get('Connection')).toBe('close');
      expect((await request(server).get('/health/live')).status).toBe(200);
    });
  });
});
