import { Global, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { BoundedContext, boundedContextOf } from '../../src/platform/hosting/bounded-context';
import { Clock } from '../../src/platform/unit-of-work/clock';
import type { Environment } from '../../src/platform/config/env-reader';
import { readSettings, Settings } from '../../src/platform/config/settings';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { configureHttp } from '../../src/platform/http/configure-http';
import { Hosting } from '../../src/platform/hosting/hosting';
import { requireProvided } from '../../src/platform/topology/require-provided';
import { NO_TOPOLOGY, Topology } from '../../src/platform/topology/topology';
import { HttpModule } from '../../src/platform/http/http.module';
import { JobSignal } from '../../src/platform/jobs/job-signal';
import { JobsModule } from '../../src/platform/jobs/jobs.module';
import { contractOf } from '../../src/platform/messages/contract';
import type { Envelope } from '../../src/platform/messages/envelope';
import { HandlerScopes } from '../../src/platform/unit-of-work/handler-scopes';
import { Handlers } from '../../src/platform/messages/handlers';
import { ConsumerRegistry } from '../../src/platform/topology/consumer-registry';
import { validateMessage } from '../../src/platform/messages/validate-message';
import { DueDeadlinesTable } from '../../src/platform/sagas/due-deadlines';
import { SagaRegistry } from '../../src/platform/sagas/saga-registry';
import { SagaRuntime } from '../../src/platform/sagas/saga-runtime';
import { Sagas } from '../../src/platform/sagas/sagas';
import { SagaStore } from '../../src/platform/sagas/saga-store';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { openTestDatabase, type TestDatabase } from './database';
import { eventually } from './eventually';
import { MODULES } from './modules';
import { MovableClock } from './movable-clock';

/**
 * One bounded context in this process, with its API and its jobs. Nothing reads logs: messages are handed to
 * its reactions and sagas by the test, and time passes when the test says so.
 */
export interface ContextApplication {
  readonly app: NestExpressApplication;
  readonly database: TestDatabase;
  readonly work: UnitOfWork;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Asks its API. */
  http(): ReturnType<typeof request>;
  /**
   * Hands an event to every reaction and saga of the context that listens to it, each in a unit of work of
   * its own. Throws what they throw.
   */
  deliver(event: object, envelope?: Partial<Envelope>): Promise<void>;
  /** The state of one of its sagas' processes; undefined where there is none. */
  stateOf(saga: string, id: string): Promise<string | undefined>;
  /** Moves the clock; acts on the deadlines of sagas, and starts the jobs, that are due then. */
  passMinutes(minutes: number): Promise<void>;
  /**
   * Waits until every job that is due is done. A job that fails is tried again; one that is parked fails the
   * wait.
   */
  jobsDone(): Promise<void>;
  /** What its log says about a key, in order. */
  logOf(key: string): Promise<{ type: string; key_version: string; payload: object }[]>;
  close(): Promise<void>;
}

export interface ContextOptions {
  /** Query handlers that answer for other contexts, by their names. */
  standIns?: Readonly<Record<string, Type>>;
  /**
   * What stands in for providers, such as the client of a payment provider: pairs of the provider's class and
   * an object.
   */
  fakes?: readonly (readonly [provider: abstract new (...dependencies: never[]) => object, fake: object])[];
  /** Variables that are set. */
  environment?: Environment;
  /** For a module outside `src/modules`: the folder that holds its folder of migrations. */
  migrations?: string;
  clock?: Clock;
}

/** Starts a context on a database of its own. */
export async function startContext(
  name: string,
  context: Type,
  options: ContextOptions = {},
): Promise<ContextApplication> {
  const { standIns = {}, fakes = [], environment = {}, migrations } = options;
  const contexts = boundedContextsOf(context);
  requireProvided(contexts, MODULES);
  const entities = boundedContextOf(context)?.entities ?? [];
  const added = migrations === undefined ? undefined : { name, entities, migrations };
  const database = await openTestDatabase([name, ...Object.keys(standIns)], { added });
  try {
    const work = database.unitOfWork();
    const clock = options.clock ?? new MovableClock(work);
    const settings = readSettings({ MESSAGING_POLL_INTERVAL_MS: '50', ...environment }, contexts);
    const others = Object.entries(standIns).map(([other, handler]) => contextOf(other, handler));
    const building = Test.createTestingModule({
      imports: [
        platformWith(database.databases, work, settings, clock),
        CqrsModule.forRoot(),
        HttpModule,
        JobsModule,
        ...others,
        context,
      ],
    });
    for (const [provider, fake] of fakes) building.overrideProvider(provider).useValue(fake);
    const testing = await building.compile();
    const app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    configureHttp(app, settings);
    await app.init();
    const query = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
      database.databases.of(name).query<Row[]>(sql, parameters);
    /** Runners go by the database's clock, and modules by the test's. */
    const startDueJobs = async (): Promise<void> => {
      await query(
        `update jobs set run_at = now() where failures = 0 and run_at > now() and run_at <= now() + $1::float8 * interval '1 millisecond'`,
        [clock.aheadMs],
      );
      app.get(JobSignal).raise(name, 0);
    };
    const deadlines = (): Promise<void> => actOnDeadlines(name, app, database, clock);
    return {
      app,
      database,
      work,
      commands: app.get(CommandBus),
      queries: app.get(QueryBus),
      http: () => request(app.getHttpServer()),
      deliver: (event, envelope) => deliver(name, app, event, envelope),
      stateOf: async (saga, id) =>
        (await query<{ state: string }>('select state from sagas where saga = $1 and id = $2', [saga, id]))[0]
          ?.state,
      passMinutes: async (minutes) => {
        if (!(clock instanceof MovableClock))
          throw new Error('The test brought a clock of its own: move that one.');
        clock.moveMinutes(minutes);
        await deadlines();
        await startDueJobs();
      },
      jobsDone: () =>
        eventually(async () => {
          await startDueJobs();
          const due = await query(
            'select type, idempotency_key, last_error, parked_at from jobs where run_at <= now() or parked_at is not null or failures > 0',
          );
          expect(due).toEqual([]);
        }),
      logOf: (key) =>
        query('select type, key_version, payload from outbox where aggregateid = $1 order by seq', [key]),
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

async function deliver(
  name: string,
  app: NestExpressApplication,
  event: object,
  given: Partial<Envelope> = {},
): Promise<void> {
  const contract = contractOf(event.constructor);
  validateMessage(event, contract);
  const consumers = app
    .get(ConsumerRegistry)
    .all.filter(({ module, contracts }) => module === name && contracts.has(contract.name));
  if (consumers.length === 0) throw new Error(`Nothing in the module "${name}" listens to ${contract.name}.`);
  const envelope: Envelope = {
    id: uuidv7(),
    type: contract.name,
    version: contract.version,
    source: contract.module,
    kind: 'event',
    subject: 'test',
    aggregateType: 'test',
    keyVersion: 1,
    lane: 0,
    time: app.get(Clock).now(),
    correlationId: uuidv7(),
    data: { ...event },
    position: { generation: 1, tick: 1n, seq: 1n },
    ...given,
  };
  for (const consumer of consumers)
    await app.get(UnitOfWork).run(name, () => consumer.handle(event, envelope));
}

async function actOnDeadlines(
  name: string,
  app: NestExpressApplication,
  { databases }: TestDatabase,
  clock: Clock,
): Promise<void> {
  for (const saga of app.get(SagaRegistry).all) {
    const table = new DueDeadlinesTable(databases.of(name), saga.definition.name);
    const { now, due } = await table.look(saga.definition.correlateBy, clock.aheadMs, 1_000);
    for (const { id } of due) {
      await app
        .get(UnitOfWork)
        .run(name, () =>
          app.get(SagaRuntime).transition(saga, id, (instance) => saga.machine.onDeadline(instance, now)),
        );
    }
  }
}

function platformWith(databases: ModuleDatabases, work: UnitOfWork, settings: Settings, clock: Clock): Type {
  const shared: Provider[] = [
    { provide: ModuleDatabases, useValue: databases },
    { provide: Hosting, useValue: new Hosting(databases.modules) },
    { provide: UnitOfWork, useValue: work },
    { provide: Settings, useValue: settings },
    { provide: Clock, useValue: clock },
    ...[...settings.modules].map(([type, value]) => ({ provide: type, useValue: value })),
  ];

  @Global()
  @Module({
    imports: [DiscoveryModule],
    providers: [
      ...shared,
      { provide: Topology, useValue: NO_TOPOLOGY },
      Handlers,
      HandlerScopes,
      ConsumerRegistry,
      SagaRegistry,
      SagaRuntime,
      Sagas,
      SagaStore,
    ],
    exports: [
      ModuleDatabases,
      Hosting,
      UnitOfWork,
      Settings,
      Clock,
      SagaRegistry,
      SagaRuntime,
      Sagas,
      ...settings.modules.keys(),
    ],
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
