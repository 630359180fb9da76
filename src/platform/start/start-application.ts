import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Environment } from '../config/env-reader';
import { readSettings } from '../config/settings';
import { openModuleDatabases } from '../database/data-sources';
import { prepareDatabase } from '../database/prepare-database';
import { requirePlacement } from '../extraction/require-placement';
import { armFailpoint } from '../failpoints';
import { DOCS_PATH } from '../http/open-api';
import { describeReach, requireReach } from '../hosting/reach';
import { topologyOf } from '../hosting/topology';
import { boundedContextsOf, hostingFor } from './bounded-contexts';
import { createApplication, serve } from './serve';
import { Undo } from './undo';

export interface RunningApplication {
  app: NestExpressApplication;
  /** Stops taking work, finishes what runs, gives leases back and closes everything. */
  readonly stop: () => Promise<void>;
}

/** Starts the whole process: database, modules, public API, operator's API. Whatever was started is stopped again when a later part fails. */
export async function startApplication(
  root: Type,
  environment: Environment,
  log: (line: string) => void = console.log,
): Promise<RunningApplication> {
  const settings = readSettings(environment);
  if (settings.faults.failpoint) armFailpoint(settings.faults.failpoint);
  const contexts = boundedContextsOf(root);
  const hosting = hostingFor(root, settings);
  requireReach(hosting, topologyOf(root), settings.transport);
  const undo = new Undo();
  try {
    const prepared = await prepareDatabase({ settings: settings.database, modules: hosting, log });
    undo.push(() => prepared.stop());
    const entitiesOf = (module: string) => contexts.find(({ name }) => name === module)?.entities ?? [];
    const databases = await openModuleDatabases(prepared.connections, entitiesOf, {
      poolSize: settings.database.poolSize,
      leaseMs: settings.messaging.leaseMs,
      log,
    });
    undo.push(() => databases.close());
    await requirePlacement(databases);
    const { app, ops, stop } = await serve(await createApplication(root, settings, databases), settings);
    undo.push(stop);

    for (const line of describeReach(hosting, settings.transport)) log(line);
    log(`The API is at ${await app.getUrl()} and its documentation at ${await app.getUrl()}${DOCS_PATH}.`);
    log(`The operator's API is at ${await ops.getUrl()}/ops/api. The data lives in ${prepared.location}.`);
    if (settings.http.loopbackOnly) log('Only this machine can reach the API: it has no authentication yet. Set HOST to open it.');
    else
      log(
        `Every machine that can reach ${settings.http.host} can use the API: it has no authentication yet. Put a gateway in front of it.`,
      );
    return { app, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
