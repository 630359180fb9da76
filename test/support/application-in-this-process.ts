import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module';
import { PaymentsSettings } from '../../src/modules/payments/payments.settings';
import { Clock } from '../../src/platform/unit-of-work/clock';
import type { Environment } from '../../src/platform/config/env-reader';
import { readSettings, type Settings } from '../../src/platform/config/settings';
import { DatabaseClocks } from '../../src/platform/database/database-clocks';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { Forwarding } from '../../src/platform/http/forwarding/forwarding';
import { openApiDocument } from '../../src/platform/http/open-api';
import { OpenApiInfo } from '../../src/platform/http/open-api-info';
import { OpsDocument } from '../../src/platform/ops/ops-document';
import { PlatformModule } from '../../src/platform/start/platform.module';
import { boundedContextsOf, hostedPartOf, hostingFor } from '../../src/platform/hosting/bounded-contexts';
import { serve } from '../../src/platform/start/serve';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import type { TestApplication } from './application';
import { openTestDatabase } from './database';
import type { ApiDocument } from './described-api';
import { DescribedAnswers } from './described-answers';
import { MovableClock } from './movable-clock';
import { operatorOf } from './operator';
import { PATIENT } from './patient';
import { routesOf } from './routes';
import type { TestGround } from './test-ground';

const TEST_ENVIRONMENT: Environment = {
  PORT: '0',
  OPS_PORT: '0',
  LOG_LEVEL: 'fatal',
  MESSAGING_POLL_INTERVAL_MS: '50',
  ...PATIENT,
};

/** An application in this process. */
export interface ApplicationInThisProcess extends TestApplication {
  readonly app: NestExpressApplication;
  readonly database: TestGround;
}

/**
 * Starts it as `npm start` does, but for the database, the clock and the ports. A database that is handed in
 * is gone on with; with `MODULES`, only the pools of the named modules are.
 */
export async function startInThisProcess(
  environment: Environment = {},
  existing?: TestGround,
): Promise<ApplicationInThisProcess> {
  const read = readSettings({ ...TEST_ENVIRONMENT, ...environment }, boundedContextsOf(AppModule));
  const provider = { ...read.modules.get(PaymentsSettings) };
  const modules = new Map(read.modules);
  if (modules.has(PaymentsSettings)) modules.set(PaymentsSettings, provider);
  const settings: Settings = { ...read, modules };
  const database = existing ?? (await openTestDatabase());
  const hosting = hostingFor(AppModule, settings);
  const databases = new ModuleDatabases(
    new Map(hosting.hosted.map((module) => [module, database.databases.of(module)])),
  );
  try {
    const testing = await Test.createTestingModule({
      imports: [PlatformModule.forRoot(settings, databases, AppModule), hostedPartOf(AppModule, hosting)],
    })
      .overrideProvider(Clock)
      .useFactory({
        factory: (work: UnitOfWork, databaseClocks: DatabaseClocks) => new MovableClock(work, databaseClocks),
        inject: [UnitOfWork, DatabaseClocks],
      })
      .compile();
    const clock = testing.get<MovableClock>(Clock);
    const made = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    const { app, ops, stop: end } = await serve(made, settings);
    const answers = new DescribedAnswers(async () =>
      asSent(openApiDocument((await app.get(Forwarding).elsewhere?.describe()) ?? app, app.get(OpenApiInfo))),
    );
    const opsAnswers = new DescribedAnswers(async () => asSent(ops.get(OpsDocument).content));
    const stop = async (): Promise<void> => {
      await end();
      await answers.check();
      await opsAnswers.check();
    };
    const [url, opsUrl] = [await app.getUrl(), await ops.getUrl()];
    return {
      app,
      url,
      processes: [{ url, modules: hosting.hosted }],
      opsUrls: [opsUrl],
      database,
      clock: { moveMinutes: async (minutes) => clock.moveMinutes(minutes) },
      provider: async (behaviour) => void Object.assign(provider, behaviour),
      routes: async () => routesOf(app),
      api: () => answers.noting(request(url)),
      ops: () => opsAnswers.noting(operatorOf(opsUrl, environment)),
      answers,
      opsAnswers,
      stop,
      close: async () => {
        await stop().finally(() => database.close());
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

const asSent = (document: object): ApiDocument => JSON.parse(JSON.stringify(document)) as ApiDocument;
