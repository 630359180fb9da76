import { Global, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { BoundedContext } from '../../src/platform/bounded-context';
import { Clock } from '../../src/platform/clock';
import { readSettings, Settings } from '../../src/platform/config/settings';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { UnitOfWork } from '../../src/platform/database/unit-of-work';
import { configureHttp } from '../../src/platform/http/configure-http';
import { Hosting } from '../../src/platform/hosting/hosting';
import { HttpModule } from '../../src/platform/http/http.module';
import { HandlerScopes } from '../../src/platform/messaging/handler-scopes';
import { Handlers } from '../../src/platform/messaging/handlers';
import { openTestDatabase, type TestDatabase } from './database';

/** One bounded context in this process, with its API and without anything in the background: messages are handed to its handlers by the test. */
export interface ContextApplication {
  readonly app: NestExpressApplication;
  readonly database: TestDatabase;
  readonly work: UnitOfWork;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Asks its API. */
  http(): ReturnType<typeof request>;
  /** What its log says about a key, in order. */
  logOf(key: string): Promise<{ type: string; key_version: string; payload: object }[]>;
  close(): Promise<void>;
}

export interface ContextOptions {
  /** Query handlers that answer for other contexts, by their names. */
  standIns?: Readonly<Record<string, Type>>;
  clock?: Clock;
}

/** Starts a context on a database of its own. */
export async function startContext(
  name: string,
  context: Type,
  { standIns = {}, clock = new Clock() }: ContextOptions = {},
): Promise<ContextApplication> {
  const database = await openTestDatabase([name, ...Object.keys(standIns)]);
  try {
    const work = database.unitOfWork();
    const settings = readSettings({});
    const others = Object.entries(standIns).map(([other, handler]) => contextOf(other, handler));
    const testing = await Test.createTestingModule({
      imports: [platformWith(database.databases, work, settings, clock), CqrsModule.forRoot(), HttpModule, ...others, context],
    }).compile();
    const app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    configureHttp(app, settings);
    await app.init();
    return {
      ...{ app, database, work, commands: app.get(CommandBus), queries: app.get(QueryBus) },
      http: () => request(app.getHttpServer()),
      logOf: (key) =>
        database.databases.of(name).query('select type, key_version, payload from outbox where aggregateid = $1 order by seq', [key]),
      close: async () => {
        await app.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function platformWith(databases: ModuleDatabases, work: UnitOfWork, settings: Settings, clock: Clock): Type {
  const shared: Provider[] = [
    { provide: ModuleDatabases, useValue: databases },
    { provide: Hosting, useValue: new Hosting(databases.modules) },
    { provide: UnitOfWork, useValue: work },
    { provide: Settings, useValue: settings },
    { provide: Clock, useValue: clock },
  ];

  @Global()
  @Module({
    imports: [DiscoveryModule],
    providers: [...shared, Handlers, HandlerScopes],
    exports: [ModuleDatabases, Hosting, UnitOfWork, Settings, Clock],
  })
  class TestPlatform {}

  return TestPlatform;
}

function contextOf(name: string, handler: Type): Type {
  @BoundedContext({ name })
  @Module({ providers: [handler] })
  class StandIn {}

  return StandIn;
}
