import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Environment } from '../config/env-reader';
import { readSettings, type Settings } from '../config/settings';
import { openModuleDatabases } from '../database/data-sources';
import { prepareDatabase } from '../database/prepare-database';
import { configureHttp } from '../http/configure-http';
import { DOCS_PATH } from '../http/open-api';
import { Draining } from '../http/draining';
import { SubscriptionOperations } from '../messaging/subscriptions/subscription-operations';
import { ApplicationLogger } from '../observability/application-logger';
import { OpsApiModule } from '../ops/api/ops-api.module';
import { PlatformModule } from '../platform.module';
import { boundedContextsOf } from './bounded-contexts';

export interface RunningApplication {
  app: NestExpressApplication;
  /** Stops taking work, finishes what runs, gives leases back and closes everything. */
  stop(): Promise<void>;
}

/** Starts the whole process: database, modules, public API, operator's API. Whatever was started is stopped again when a later part fails. */
export async function startApplication(root: Type, environment: Environment, log: (line: string) => void = console.log): Promise<RunningApplication> {
  const settings = readSettings(environment);
  const contexts = boundedContextsOf(root);
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const prepared = await prepareDatabase({ settings: settings.database, modules: contexts.map(({ name }) => name), log });
    undo.push(() => prepared.stop());
    const entitiesOf = (module: string) => contexts.find(({ name }) => name === module)?.entities ?? [];
    const databases = await openModuleDatabases(prepared.connections, entitiesOf, {
      poolSize: settings.database.poolSize,
      leaseMs: settings.messaging.leaseMs,
      log,
    });
    undo.push(() => databases.close());

    const app = await createApplication(root, PlatformModule.forRoot(settings, databases), settings);
    undo.push(() => app.close());
    configureHttp(app, settings);
    await app.init();
    const ops = await startOpsApi(app, settings);
    undo.push(() => ops.close());
    await listen(app, settings.http, 'PORT');
    undo.push(async () => app.get(Draining).begin());

    log(`The API is at ${await app.getUrl()} and its documentation at ${await app.getUrl()}${DOCS_PATH}.`);
    log(`The operator's API is at ${await ops.getUrl()}/ops/api. The data lives in ${prepared.location}.`);
    if (settings.http.loopbackOnly) log('Only this machine can reach the API: it has no authentication yet. Set HOST to open it.');
    else log(`Every machine that can reach ${settings.http.host} can use the API: it has no authentication yet. Put a gateway in front of it.`);
    return { app, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createApplication(root: Type, platform: ReturnType<typeof PlatformModule.forRoot>, settings: Settings): Promise<NestExpressApplication> {
  @Module({ imports: [platform, root] })
  class ProcessModule {}
  return NestFactory.create<NestExpressApplication>(ProcessModule, { bodyParser: false, abortOnError: false, logger: new ApplicationLogger(settings.logging) });
}

async function startOpsApi(app: NestExpressApplication, settings: Settings): Promise<NestExpressApplication> {
  const ops = await NestFactory.create<NestExpressApplication>(OpsApiModule.over(settings, app.get(SubscriptionOperations)), {
    abortOnError: false,
    logger: new ApplicationLogger(settings.logging),
  });
  ops.disable('x-powered-by');
  try {
    await listen(ops, settings.ops, 'OPS_PORT');
    return ops;
  } catch (error) {
    await ops.close();
    throw error;
  }
}

async function listen(app: NestExpressApplication, { port, host }: { port: number; host: string }, variable: string): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} on ${host} is taken by another program. Stop that, or set ${variable} to a free port.`, { cause: error });
  }
}
