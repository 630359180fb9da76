import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Environment } from '../config/env-reader';
import { readSettings } from '../config/settings';
import { openModuleDatabases } from '../database/data-sources';
import type { ModuleDatabases } from '../database/module-databases';
import { prepareDatabase } from '../provisioning/prepare-database';
import { requirePlacement } from '../placement/require-placement';
import { armFailpoint } from '../kernel/failpoints';
import { throwIfInterrupted, type StartStep, startStep } from '../kernel/start-step';
import { Draining } from '../http/draining';
import { DOCS_PATH } from '../http/open-api';
import { describeHosting, requireReachableDependencies } from '../topology/remote-dependencies';
import { requireKeys } from '../transport/configured-keys';
import { topologyOf } from '../topology/topology';
import { migrationsFolderOf } from '../hosting/application-folder';
import { boundedContextsOf, hostingFor } from '../hosting/bounded-contexts';
import { followPlacements } from './follow-placements';
import type { EarlyServer } from '../provisioning/early-server';
import { createApplication, serve, type ServedApplication } from './serve';
import { Undo } from './undo';

export interface RunningApplication {
  /** The application that runs just now: another one after a module has left or come. */
  readonly app: NestExpressApplication;
  /** Resolves when the process cannot go on and has to be started again; never, as a rule. */
  readonly failed: Promise<Error>;
  /**
   * Says that it drains, and takes requests for `HTTP_DRAIN_DELAY_MS` more; then takes no work, finishes what
   * runs, gives leases back and closes everything.
   */
  readonly stop: () => Promise<void>;
}

const CONNECTIONS: StartStep = {
  what: "the modules' connections to their databases",
  limitMs: 2 * 60_000,
  wayOut:
    'Check that the database servers of DATABASE_URL and <MODULE>_DATABASE_URL can be reached from here.',
};
const MODULES: StartStep = {
  what: 'the modules to start and the ports to open',
  limitMs: 5 * 60_000,
  wayOut: 'LOG_LEVEL=debug says more. Check the databases and the ports that the settings name.',
};
const MODULES_ON_BROKER: StartStep = {
  what: 'the modules to start: their databases, the broker of NATS_URL, and the ports',
  limitMs: 5 * 60_000,
  wayOut:
    'LOG_LEVEL=debug says more. Check that the broker and the databases that the settings name can be reached from here.',
};

const NEVER = new Promise<never>(() => undefined);

/**
 * Starts the whole process: database, modules, public API, operator's API. Whatever was started is stopped
 * again when a later part fails. With a broker the process follows its modules: it lets go of those that
 * leave and takes up those that come. An embedded server that was started early is used; where nothing needs
 * it, or the start fails before it is looked at, the caller must stop it.
 */
export async function startApplication(
  root: Type,
  environment: Environment,
  log: (line: string) => void = console.log,
  early?: EarlyServer,
): Promise<RunningApplication> {
  const contexts = boundedContextsOf(root);
  const settings = readSettings(environment, contexts);
  if (settings.faults.failpoint) armFailpoint(settings.faults.failpoint);
  const asked = hostingFor(root, settings);
  requireReachableDependencies(asked, topologyOf(root), settings.transport);
  requireKeys(settings, asked.hosted, log);
  const hasBroker = settings.transport.servers.length > 0;
  const undo = new Undo();
  try {
    const prepared = await prepareDatabase({
      settings: settings.database,
      modules: asked,
      migrations: migrationsFolderOf(root),
      mayBeAbsent: hasBroker,
      embedded: early?.starting,
      log,
    });
    undo.push(() => prepared.stop());
    throwIfInterrupted();
    const entitiesOf = (module: string) => contexts.find(({ name }) => name === module)?.entities ?? [];
    const open = (modules: readonly string[]): Promise<ModuleDatabases> =>
      openModuleDatabases(
        prepared.connections.filter(({ module }) => modules.includes(module)),
        entitiesOf,
        {
          poolSize: settings.database.poolSize,
          queueMs: settings.database.queueMs,
          leaseMs: settings.messaging.leaseMs,
          log,
        },
      );

    let current: () => ServedApplication;
    let announce: () => void;
    let failed: Promise<Error> = NEVER;
    if (hasBroker) {
      const following = await startStep(MODULES_ON_BROKER, log, () =>
        followPlacements({
          root,
          settings,
          asked: asked.hosted,
          connections: prepared.connections,
          open,
          log,
        }),
      );
      undo.push(() => following.stop());
      current = () => following.application;
      announce = () => following.announceDraining();
      failed = following.failed;
    } else {
      const databases = await startStep(CONNECTIONS, log, () => open(asked.hosted));
      undo.push(() => databases.close());
      await requirePlacement(databases);
      throwIfInterrupted();
      const served = await startStep(MODULES, log, async () =>
        serve(await createApplication(root, settings, databases), settings),
      );
      undo.push(served.stop);
      for (const line of describeHosting(asked, settings.transport)) log(line);
      current = () => served;
      announce = () => served.app.get(Draining).announce();
    }

    const { app, ops } = current();
    log(`The API is at ${await app.getUrl()} and its documentation at ${await app.getUrl()}${DOCS_PATH}.`);
    log(`The operator's API is at ${await ops.getUrl()}/ops/api. The data lives in ${prepared.location}.`);
    if (settings.http.loopbackOnly)
      log('Only this machine can reach the API: it has no authentication yet. Set HOST to open it.');
    else
      log(
        `Every machine that can reach ${settings.http.host} can use the API: it has no authentication yet. Put a gateway in front of it.`,
      );
    return {
      get app() {
        return current().app;
      },
      failed,
      stop: async () => {
        if (settings.http.drainDelayMs > 0) {
          log(
            `Readiness says that this process drains; it takes requests for ${settings.http.drainDelayMs / 1_000} s more.`,
          );
          announce();
          await sleep(settings.http.drainDelayMs);
        }
        await undo.run();
      },
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
