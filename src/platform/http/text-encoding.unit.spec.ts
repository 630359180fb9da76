import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, Global, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IsOptional, IsString } from 'class-validator';
import { Clock } from '../unit-of-work/clock';
import { readSettings, Settings } from '../config/settings';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Hosting } from '../hosting/hosting';
import { configureHttp } from './configure-http';
import { HttpModule } from './http.module';

class NameRequest {
  @IsString()
  readonly name!: string;
}

class FilterRequest {
  @IsOptional()
  @IsString()
  readonly name?: string;
}

@Controller('names')
class NamesController {
  @Get(':name')
  read(@Param('name') name: string, @Query() { name: filter }: FilterRequest): unknown {
    return { name, filter };
  }

  @Post()
  @HttpCode(201)
  keep(@Body() { name }: NameRequest): unknown {
    return { name };
  }
}

@Global()
@Module({
  imports: [HttpModule],
  controllers: [NamesController],
  providers: [
    Clock,
    { provide: Settings, useValue: readSettings({}) },
    { provide: UnitOfWork, useValue: {} },
    { provide: ModuleDatabases, useValue: { modules: [] } },
    { provide: Hosting, useValue: new Hosting([]) },
  ],
  exports: [Clock, Settings, UnitOfWork, ModuleDatabases, Hosting],
})
class NamesModule {}

/** Bytes that are no UTF-8: Latin-1, cut off, too long for what they say, a surrogate, beyond Unicode. */
const WRONG: readonly [string, Buffer][] = [
  ['Latin-1', Buffer.from('Zoë', 'latin1')],
  ['a character that is cut off', Buffer.from('€').subarray(0, 2)],
  ['an overlong form', Buffer.from([0xc0, 0xaf])],
  ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
  ['what is beyond Unicode', Buffer.from([0xf5, 0x80, 0x80, 0x80])],
];

describe('text of requests is UTF-8 or refused', () => {
  let app: NestExpressApplication;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(NamesModule, { logger: false, bodyParser: false });
    configureHttp(app, readSettings({}));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  /** Bytes as they are: no client in between that would make them right. */
  const ask = async (
    head: (string | Buffer)[],
    body?: Buffer,
  ): Promise<{ status: number; answer: { code?: string; name?: string } }> => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const length = body ? `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n` : '';
    const bytes = Buffer.concat(
      [...head, `\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${length}\r\n`, body ?? ''].map((part) =>
        Buffer.from(part),
      ),
    );
    const text = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('utf8').on('data', (data: string) => (heard += data));
      socket.on('close', () => resolve(heard)).on('error', reject);
    });
    return {
      status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]),
      answer: JSON.parse(/{[^]*}/.exec(text)?.[0] ?? '{}') as { code?: string; name?: string },
    };
  };
  const post = (name: Buffer, more = '') =>
    ask([`POST /names HTTP/1.1${more}`], Buffer.concat([Buffer.from('{"name":"'), name, Buffer.from('"}')]));

  describe.each(WRONG)('%s', (_what, bytes) => {
    it('in a body', async () => {
      expect(await post(bytes)).toMatchObject({ status: 400, answer: { code: 'request.text-not-utf8' } });
    });

    it('in a path and in a query, as they are and percent-encoded', async () => {
      const encoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      for (const before of ['GET /names/', 'GET /names/x?name=']) {
        expect(await ask([before, bytes, ' HTTP/1.1'])).toMatchObject({
          status: 400,
          answer: { code: 'request.malformed' },
        });
        expect(await ask([before, encoded, ' HTTP/1.1'])).toMatchObject({
          status: 400,
          answer: { code: 'request.url-malformed' },
        });
      }
    });

    it('in a header, known or not', async () => {
      for (const header of ['Prefer', 'X-Note'])
        expect(await ask([`GET /names/x HTTP/1.1\r\n${header}: `, bytes])).toMatchObject({
          status: 400,
          answer: { code: 'request.text-not-utf8' },
        });
    });
  });

  it('also where a body names another encoding of Unicode', async () => {
    const body = Buffer.from('{"name":"x"}', 'utf16le');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/names`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-16le' },
      body,
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      415,
      'request.charset-unsupported',
    ]);
  });

  it('is taken as it is where it is right', async () => {
    const name = 'Zoë 👋 ’s-Gravenhage';
    expect(await post(Buffer.from(name))).toEqual({ status: 201, answer: { name } });
    expect(await ask([`GET /names/${encodeURIComponent(name)} HTTP/1.1`])).toMatchObject({
      status: 200,
      answer: { name },
    });
    expect((await ask(['GET /names/x HTTP/1.1\r\nX-Note: ', Buffer.from(name)])).status).toBe(200);
  });
});
