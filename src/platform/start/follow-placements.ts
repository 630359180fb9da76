import type { Type } from '@nestjs/common';
import { allSettled } from '../all-settled';
import type { Settings } from '../config/settings';
import type { ModuleConnection } from '../database/module-connection';
import type { ModuleDatabases } from '../database/module-databases';
import { requireMigrated } from '../database/prepare-database';
import { Addresses } from '../http/forwarding/addresses';
import { Hosting } from '../hosting/hosting';
import { OtherPlaces } from '../hosting/other-places';
import { PlacementWatch } from '../hosting/placement-watch';
import { describeReach } from '../hosting/reach';
import { standBysAmong } from '../hosting/residence';
import { Broker } from '../transport/broker';
import { boundedContextsOf } from './bounded-contexts';
import { ChangeReport } from './change-report';
import { Front } from './front';
import { ModulePools } from './module-pools';
import { Rehosting } from './rehosting';
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

/** Hosts those of the asked modules that live in the databases which this process uses for them: now, and whenever that changes. */
export async function followPlacements({ root, settings, asked, connections, open, log }: FollowOptions): Promise<Following> {
  const fronts = { api: new Front(), ops: new Front() };
  const all = boundedContextsOf(root).map(({ name }) => name);
  const undo = new Undo();
  let rehosting: Rehosting | undefined;
  const broker = new Broker(settings);
  const watch = new PlacementWatch(connections, () => rehosting?.look(), new OtherPlaces(broker));
  const pools = new ModulePools(async (modules) => {
    // One that was not there when the process started may have been made by older code.
    const opened = connections.filter(({ module }) => modules.includes(module));
    const opening = open(modules);
    // Looked at below, once it is known whether the other one has failed.
    opening.catch(() => undefined);
    try {
      await allSettled(opened.map((connection) => requireMigrated([connection])));
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
      const residences = asked.flatMap((module) => {
        const residence = watch.residences.get(module);
        return residence ? [{ module, state: residence.state }] : [];
      });
      if (residences.some(({ state }) => state === 'leaving' || state === 'fenced')) return false;
      const addresses = first.application.app.get(Addresses);
      const away = residences.filter(({ state }) => state === 'moved');
      const found = await Promise.all(away.map(({ module }) => addresses.of(module)));
      return found.every((urls) => urls.length > 0);
    };
    const report = new ChangeReport({ meter: fronts.api.waits, isSettled, log });
    undo.push(() => report.stop());
    const first = new Rehosting({
      asked,
      residences: () => watch.residences,
      pools,
      fronts: [fronts.api, fronts.ops],
      create: (hosting, databases) => createApplication(root, { ...settings, hosting }, databases, fronts),
      serve: (app) => serve(app, settings, fronts),
      changing: () => {
        if (rehosting) report.begin();
      },
      changed: (hosted) => {
        void report.changed();
        const hosting = new Hosting(all, hosted, () => standBysAmong(asked, watch.residences));
        for (const line of describeReach(hosting, settings.transport)) log(line);
      },
    });
    undo.push(() => first.stop());
    await first.start();
    rehosting = first;
    // It may have changed while nobody listened.
    first.look();
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
