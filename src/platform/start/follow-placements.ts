import type { Type } from '@nestjs/common';
import { allSettled } from '../kernel/all-settled';
import type { Settings } from '../config/settings';
import type { ModuleConnection } from '../database/module-connection';
import type { ModuleDatabases } from '../database/module-databases';
import { requireMigrated } from '../provisioning/prepare-database';
import { Addresses } from '../http/forwarding/addresses';
import { migrationsFolderOf } from '../hosting/application-folder';
import { Hosting } from '../hosting/hosting';
import { OtherLocations } from '../placement/other-locations';
import { PlacementWatch } from '../placement/placement-watch';
import { describeHosting } from '../topology/remote-dependencies';
import { standbysAmong } from '../placement/module-location';
import { Broker } from '../transport/broker';
import { boundedContextsOf } from '../hosting/bounded-contexts';
import { ChangeReport } from './change-report';
import { PersistentListener } from './persistent-listener';
import { ModulePools } from './module-pools';
import { ApplicationReloader } from './application-reloader';
import { createApplication, serve, type ServedApplication } from './serve';
import { Undo } from './undo';

export interface FollowOptions {
  readonly root: Type;
  readonly settings: Settings;
  /** The modules that the process was asked to host. */
  readonly asked: readonly string[];
  readonly connections: readonly ModuleConnection[];
  readonly open: (modules: readonly string[]) => Promise<ModuleDatabases>;
  readonly log: (line: string) => void;
}

export interface Following {
  /** The one that runs just now. */
  readonly application: ServedApplication;
  /** Resolves when the process has to be started again. */
  readonly failed: Promise<Error>;
  /** Has readiness say that the process drains, of this application and of those that follow it. */
  announceDraining(): void;
  stop(): Promise<void>;
}

/**
 * Hosts those of the asked modules that live in the databases which this process uses for them: now, and
 * whenever that changes.
 */
export async function followPlacements({
  root,
  settings,
  asked,
  connections,
  open,
  log,
}: FollowOptions): Promise<Following> {
  const listeners = { api: new PersistentListener(), ops: new PersistentListener() };
  const all = boundedContextsOf(root).map(({ name }) => name);
  const migrations = migrationsFolderOf(root);
  const undo = new Undo();
  let reloader: ApplicationReloader | undefined;
  const broker = new Broker(settings);
  const watch = new PlacementWatch(connections, () => reloader?.requestReload(), new OtherLocations(broker));
  const pools = new ModulePools(async (modules) => {
    // One that was not there when the process started may have been made by older code.
    const opened = connections.filter(({ module }) => modules.includes(module));
    const opening = open(modules);
    // Looked at below, once it is known whether the other one has failed.
    opening.catch(() => undefined);
    try {
      await allSettled(opened.map((connection) => requireMigrated([connection], migrations)));
    } catch (error) {
      await opening.then(
        (databases) => databases.close(),
        () => undefined,
      );
      throw error;
    }
    return opening;
  });
  try {
    undo.push(() => broker.onApplicationShutdown());
    await broker.onModuleInit();
    undo.push(() => pools.close());
    undo.push(() => watch.stop());
    await watch.start();
    const isSettled = async (): Promise<boolean> => {
      const locations = asked.flatMap((module) => {
        const location = watch.locations.get(module);
        return location ? [{ module, state: location.state }] : [];
      });
      if (locations.some(({ state }) => state === 'leaving' || state === 'fenced')) return false;
      const addresses = first.application.app.get(Addresses);
      const away = locations.filter(({ state }) => state === 'moved');
      const found = await Promise.all(away.map(({ module }) => addresses.of(module)));
      return found.every((urls) => urls.length > 0);
    };
    const report = new ChangeReport({ meter: listeners.api.waits, isSettled, log });
    undo.push(() => report.stop());
    const first = new ApplicationReloader({
      asked,
      locations: () => watch.locations,
      pools,
      listeners: [listeners.api, listeners.ops],
      create: (hosting, databases) => createApplication(root, { ...settings, hosting }, databases, listeners),
      serve: (app) => serve(app, settings, listeners),
      beforeReload: () => {
        if (reloader) report.begin();
      },
      afterReload: (hosted) => {
        void report.changed();
        const hosting = new Hosting(all, hosted, () => standbysAmong(asked, watch.locations));
        for (const line of describeHosting(hosting, settings.transport)) log(line);
      },
    });
    undo.push(() => first.stop());
    await first.start();
    reloader = first;
    // The placement may have changed before the watch began.
    first.requestReload();
    return {
      get application() {
        return first.application;
      },
      failed: first.failed,
      announceDraining: () => first.announceDraining(),
      stop: () => undo.run(),
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
