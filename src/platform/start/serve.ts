import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { Settings } from '../config/settings';
import type { ModuleDatabases } from '../database/module-databases';
import { configureHttp } from '../http/configure-http';
import { Draining } from '../http/draining';
import { setUpEdge } from '../http/edge';
import { Forwarding } from '../http/forwarding/forwarding';
import { ApplicationLogger } from '../observability/application-logger';
import { OpsApiModule } from '../ops/ops-api.module';
import { OpsDocument } from '../ops/ops-document';
import { PlatformModule } from './platform.module';
import { hostedPartOf, hostingFor } from '../hosting/bounded-contexts';
import type { PersistentListener } from './persistent-listener';
import { PersistentListenerAdapter } from './persistent-listener-adapter';
import { Undo } from './undo';

export interface ServedApplication {
  /** The public API. */
  app: NestExpressApplication;
  /** The operator's API. */
  ops: NestExpressApplication;
  /** Stops taking work, finishes what runs, gives leases back and closes both. */
  readonly stop: () => Promise<void>;
}

/** The ports of the two APIs, where they outlive the application. */
export interface Listeners {
  readonly api: PersistentListener;
  readonly ops: PersistentListener;
}

/** Those modules of `root` that this process hosts, on their databases; not yet started. */
export function createApplication(
  root: Type,
  settings: Settings,
  databases: ModuleDatabases,
  listeners?: Listeners,
): Promise<NestExpressApplication> {
  const hosted = hostedPartOf(root, hostingFor(root, settings));

  @Module({ imports: [PlatformModule.forRoot(settings, databases, root), hosted] })
  class ProcessModule {}
  return NestFactory.create<NestExpressApplication>(ProcessModule, adapterTo(listeners?.api), {
    bodyParser: false,
    abortOnError: false,
    logger: new ApplicationLogger(settings.logging),
  });
}

/**
 * Starts the work of an application that was made with `bodyParser: false` and opens both its ports.
 * When that fails, the application is closed.
 */
export async function serve(
  app: NestExpressApplication,
  settings: Settings,
  listeners?: Listeners,
): Promise<ServedApplication> {
  const undo = new Undo();
  undo.push(() => app.close());
  try {
    configureHttp(app, settings, app.get(Forwarding).elsewhere);
    await app.init();
    const ops = await startOpsApi(app, settings, listeners?.ops);
    undo.push(() => ops.close());
    await listen(app, settings.http, 'PORT');
    undo.push(() => app.get(Draining).begin());
    return { app, ops, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

const adapterTo = (listener: PersistentListener | undefined): ExpressAdapter =>
  listener ? new PersistentListenerAdapter(listener) : new ExpressAdapter();

async function startOpsApi(
  app: NestExpressApplication,
  settings: Settings,
  listener: PersistentListener | undefined,
): Promise<NestExpressApplication> {
  const ops = await NestFactory.create<NestExpressApplication>(OpsApiModule.over(app), adapterTo(listener), {
    bodyParser: false,
    abortOnError: false,
    logger: new ApplicationLogger(settings.logging),
  });
  setUpEdge(ops, {
    limits: settings.http,
    // No browser sends a token by itself.
    browsers: settings.ops.token === undefined ? settings.http.browsers : undefined,
    draining: app.get(Draining),
  });
  ops.get(OpsDocument).of(ops);
  try {
    await listen(ops, settings.ops, 'OPS_PORT');
    return ops;
  } catch (error) {
    await ops.close();
    throw error;
  }
}

async function listen(
  app: NestExpressApplication,
  { port, host }: { port: number; host: string },
  variable: string,
): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} on ${host} is taken by another program. Stop that, or set ${variable} to a free port.`,
      { cause: error },
    );
  }
}
