import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module';
import { Clock } from '../../src/platform/clock';
import type { Environment } from '../../src/platform/config/env-reader';
import { type PaymentsSettings, readSettings, Settings } from '../../src/platform/config/settings';
import { PlatformModule } from '../../src/platform/platform.module';
import { serve } from '../../src/platform/start/serve';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { openTestDatabase, type TestDatabase } from './database';
import { MovableClock } from './movable-clock';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The whole application in this process, on a database and ports of its own. */
export interface TestApplication {
  readonly app: NestExpressApplication;
  /** Where the public API is. */
  readonly url: string;
  readonly database: TestDatabase;
  readonly clock: MovableClock;
  /** How the simulated payment provider behaves from now on. */
  readonly provider: Writable<PaymentsSettings>;
  /** Asks the public API. */
  api(): request.Agent;
  /** Asks the operator's API. */
  ops(): request.Agent;
  /** Ends it as a polite signal ends the process; the database stays. */
  stop(): Promise<void>;
  /** Ends it and drops the database. */
  close(): Promise<void>;
}

const TEST_ENVIRONMENT: Environment = {
  PORT: '0',
  OPS_PORT: '0',
  LOG_LEVEL: 'fatal',
  // Short, so that a subscription that is paused stops soon.
  MESSAGING_LEASE_MS: '3000',
  MESSAGING_POLL_INTERVAL_MS: '50',
};

/** Starts it as `npm start` does, but for the database, the clock and the ports. A database that is handed in is gone on with. */
export async function startTestApplication(environment: Environment = {}, existing?: TestDatabase): Promise<TestApplication> {
  const read = readSettings({ ...TEST_ENVIRONMENT, ...environment });
  const provider = { ...read.payments };
  const settings = new Settings(
    read.http,
    read.ops,
    read.database,
    read.messaging,
    read.orders,
    provider,
    read.logging,
    read.faults,
    read.transport,
  );
  const clock = new MovableClock();
  const database = existing ?? (await openTestDatabase());
  try {
    const testing = await Test.createTestingModule({ imports: [PlatformModule.forRoot(settings, database.databases), AppModule] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const made = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    const { app, ops, stop } = await serve(made, settings);
    const [url, opsUrl] = [await app.getUrl(), await ops.getUrl()];
    return {
      app,
      url,
      database,
      clock,
      provider,
      api: () => request(url),
      ops: () => request(`${opsUrl}/ops/api`),
      stop,
      close: async () => {
        await stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
