import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { backoff } from '../kernel/backoff';
import type { HostingSettings } from '../config/settings';
import type { ModuleDatabases } from '../database/module-databases';
import { modulesLivingHere, type ModuleLocations, standbysAmong } from '../placement/module-location';
import { Draining } from '../http/draining';
import { abortableDelay } from '../kernel/abortable-delay';
import type { PersistentListener } from './persistent-listener';
import type { PersistentListenerAdapter } from './persistent-listener-adapter';
import type { ModulePools } from './module-pools';
import type { ServedApplication } from './serve';

const BACKOFF = { firstMs: 250, longestMs: 5_000 };

export interface ApplicationReloaderOptions {
  /** The modules that the process was asked to host. */
  readonly asked: readonly string[];
  /** Where they live just now. */
  readonly locations: () => ModuleLocations;
  readonly pools: ModulePools;
  /** The ports, which stay. */
  readonly listeners: readonly PersistentListener[];
  /** Puts an application together, behind the listeners; it does nothing yet. */
  readonly create: (hosting: HostingSettings, databases: ModuleDatabases) => Promise<NestExpressApplication>;
  /** Starts it. When that fails, it is closed. */
  readonly serve: (app: NestExpressApplication) => Promise<ServedApplication>;
  /** Called before requests have to wait for another application. */
  readonly beforeReload: () => void;
  /** Called when another application runs, with the modules that it hosts. */
  readonly afterReload: (hosted: readonly string[]) => void;
}

/**
 * Keeps what this process runs in line with where its modules live. When that changes, the application ends
 * in an orderly way, as at a shutdown, and is put together again with the modules that live here now: what a
 * process does after a switch is what it does when it is started then. One at a time; a change meanwhile
 * counts afterwards.
 */
export class ApplicationReloader {
  /** Resolves when this process can no longer be sure of what it runs, and has to be started again. */
  readonly failed: Promise<Error>;
  private readonly logger = new Logger(ApplicationReloader.name);
  private readonly stopping = new AbortController();
  private readonly ending = new Set<Promise<void>>();
  private current: ServedApplication | undefined;
  private hosted: readonly string[] | undefined;
  private due = false;
  private drains = false;
  private following: Promise<void> | undefined;
  private tellFailure!: (error: Error) => void;

  constructor(private readonly options: ApplicationReloaderOptions) {
    this.failed = new Promise((resolve) => (this.tellFailure = resolve));
  }

  /** The application that runs. Throws in the moments in which none does. */
  get application(): ServedApplication {
    if (!this.current)
      throw new Error(
        'The process is just letting go of a module or taking one up: it runs no application at the moment.',
      );
    return this.current;
  }

  /** Starts the first application. */
  start(): Promise<void> {
    return this.reload();
  }

  /** To be called when a module may live elsewhere than before. */
  requestReload(): void {
    this.due = true;
    this.following ??= this.follow().finally(() => (this.following = undefined));
  }

  /** Has readiness say that the process drains, of this application and of those that follow it. */
  announceDraining(): void {
    this.drains = true;
    this.current?.app.get(Draining).announce();
  }

  /** Ends the application and closes the ports. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    for (const listener of this.options.listeners) listener.staysOpen = false;
    await this.current?.stop();
    await Promise.all(this.options.listeners.map((listener) => listener.close()));
    await Promise.all(this.ending);
  }

  /** Until what runs is what lives here. A start that fails is tried again: requests wait for it. */
  private async follow(): Promise<void> {
    for (let failures = 0; this.due && !this.stopping.signal.aborted;) {
      this.due = false;
      try {
        await this.reload();
        failures = 0;
      } catch (error) {
        if (error instanceof ShutdownFailed) return this.tellFailure(error);
        failures += 1;
        this.due = true;
        this.logger.error(
          `What lives here cannot be hosted yet, and is tried again: ${(error as Error).message}`,
        );
        await abortableDelay(backoff(failures, BACKOFF), this.stopping.signal);
      }
    }
  }

  private async reload(): Promise<void> {
    const { asked, locations, pools, create, serve, beforeReload, afterReload } = this.options;
    const modules = modulesLivingHere(asked, locations());
    if (this.current && modules.join() === this.hosted?.join()) return;
    // Slow steps that can fail go first, while no request waits.
    const databases = await pools.of(modules);
    const app = await create({ modules, standbys: () => standbysAmong(asked, locations()) }, databases);
    beforeReload();
    await this.end(modules);
    if (this.drains) app.get(Draining).announce();
    this.current = await serve(app);
    this.hosted = modules;
    afterReload(modules);
  }

  /**
   * Comes back when nothing of the old application works any more but requests that are still being answered;
   * new ones wait from then on. Those may need what only the next application can do, so they are not waited
   * for; the pools of modules that leave are closed after them, but do not wait for those that were passed
   * on: their answers may come when the module has moved.
   */
  private async end(staying: readonly string[]): Promise<void> {
    const old = this.current;
    this.current = undefined;
    const closePools = this.options.pools.leaveAllBut(staying);
    if (!old) return closePools();
    old.app.get(Draining).begin({ connectionsStay: true });
    const { quiesced, drained } = old.app.getHttpAdapter() as unknown as PersistentListenerAdapter;
    const stopped = old.stop();
    const ended = Promise.race([drained, stopped])
      .then(closePools)
      .then(() => stopped)
      .catch((error: Error) =>
        this.logger.error(`What was hosted until now did not end in order: ${error.message}`),
      )
      .finally(() => this.ending.delete(ended));
    this.ending.add(ended);
    await Promise.race([
      quiesced,
      stopped.catch((error: Error) => Promise.reject(new ShutdownFailed(error))),
    ]);
  }
}

/** Two applications that work for the same process would believe in the same leases. */
class ShutdownFailed extends Error {
  constructor(cause: Error) {
    super(
      `The application could not be ended to let go of a module or to take one up: ${cause.message}. Start the process again.`,
      {
        cause,
      },
    );
  }
}
