import type { Server } from 'node:http';
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
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Request, Response } from 'express';
import request from 'supertest';
import { QueryFailedError } from 'typeorm';
import { Clock } from '../../src/platform/unit-of-work/clock';
import { CatalogueModule } from '../../src/platform/catalogue/pages/catalogue.module';
import { type HttpSettings, Settings } from '../../src/platform/config/settings';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { Money } from '../../src/platform/domain/money';
import { Refusal } from '../../src/platform/domain/refusal';
import { Hosting } from '../../src/platform/hosting/hosting';
import { currentMessageContext } from '../../src/platform/messages/message-context';
import { configureHttp } from '../../src/platform/http/configure-http';
import { EventStreams } from '../../src/platform/http/event-streams';
import { HttpModule } from '../../src/platform/http/http.module';
import { fingerprintOf } from '../../src/platform/http/fingerprint';
import { IdempotencyContext } from '../../src/platform/http/idempotency';
import { IfMatch, setETag } from '../../src/platform/http/if-match';
import { decodeCursor, PageRequest } from '../../src/platform/http/paging';
import { PreferWait } from '../../src/platform/http/prefer-wait';

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
    return {
      lines: body.lines.length,
      line: body.lines[0] instanceof LineRequest,
      context,
      seconds,
      origin: currentMessageContext(),
    };
  }

  @Get('failures/:kind')
  fail(
    @Param('kind') kind: string,
    @Query('token') _token: string,
    @Res({ passthrough: true }) response: Response,
  ): never {
    setETag(response, 1);
    if (kind === 'refusal')
      throw new Refusal('invalid', 'things.refused', 'No.', [
        { pointer: '/lines/0', code: 'things.bad', message: 'Bad.' },
      ]);
    if (kind === 'unknown') throw new Refusal('unknown', 'things.unknown', 'No such thing.');
    if (kind === 'conflict') throw new Refusal('conflict', 'things.conflict', 'Not now.');
    if (kind === 'in-flight') throw new Refusal('conflict', 'idempotency.in-flight', 'Not yet.');
    if (kind === 'not-allowed') throw new Refusal('not-allowed', 'things.not-yours', 'Not you.');
    if (kind === 'nest') throw new NotFoundException('No such thing here.');
    if (kind === 'refused')
      throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' });
    if (kind === 'sql')
      throw new QueryFailedError(
        'select secret',
        [],
        Object.assign(new Error('bad uuid'), { code: '22P02' }),
      );
    if (kind === 'twice')
      throw new QueryFailedError('insert', [], Object.assign(new Error('duplicate key'), { code: '23505' }));
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
  addPart(
    @Param() { id }: ThingPath,
    @Body() body: OrderRequest,
    @IdempotencyContext('things') context: IdempotencyContext,
  ): unknown {
    return { id, name: body.name, fingerprint: fingerprintOf(context.body) };
  }

  @Get(':id/half')
  @Header('Content-Type', 'text/plain')
  half(@Res() response: Response): never {
    response.write('half');
    throw new Error('too late');
  }
}

export const ID = '019a0000-0000-7000-8000-000000000001';
export const ORDER = { name: 'x', lines: [{ itemId: 'A', quantity: 1 }] };
export const LIMIT = 300_000;
const HTTP: HttpSettings = {
  port: 0,
  host: '127.0.0.1',
  loopbackOnly: true,
  bodyLimitBytes: LIMIT,
  requestTimeoutMs: 30_000,
  drainDelayMs: 0,
  streamsPerClient: 2,
  browsers: { hosts: ['shop.example.com'], origins: ['https://shop.example.com'] },
};

const answers = jest.fn<Promise<unknown>, []>();

/** What the catalogue of this edge tells of. */
class NoModules {}

@Global()
@Module({
  imports: [HttpModule, CatalogueModule.forRoot(NoModules)],
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

/**
 * The edge in front of a controller that shows all of it, for one test file; `answers` is what its database
 * answers.
 */
export function edgeUnderTest() {
  let app: NestExpressApplication;
  let server: Server;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(ThingsModule, {
      logger: false,
      bodyParser: false,
    });
    configureHttp(app, { http: HTTP });
    await app.listen(0, '127.0.0.1');
    server = app.getHttpServer();
  });
  afterAll(() => app.close());
  beforeEach(() => answers.mockResolvedValue([]));

  const post = (body: object | string, headers: Record<string, string> = {}) =>
    request(server).post('/things').set('Content-Type', 'application/json').set(headers).send(body);

  const expectProblem = async (
    test: request.Test,
    status: number,
    code: string,
  ): Promise<request.Response> => {
    const response = await test;
    expect({ status: response.status, code: (response.body as { code?: string }).code }).toEqual({
      status,
      code,
    });
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

  return {
    get app() {
      return app;
    },
    get server() {
      return server;
    },
    answers,
    post,
    expectProblem,
  };
}
