import { Logger } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { backoff } from '../kernel/backoff';
import { notProvisionedReason } from '../database/not-provisioned';
import type { ModuleConnection } from '../database/module-connection';
import { PooledClient } from '../database/pooled-client';
import { targetNameOf } from '../database/roles';
import { type Placement, PLACEMENT_CHANNEL } from './placement';
import { PROCESS_ID } from '../kernel/process-id';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import type { OtherLocations, OwnLog } from './other-locations';
import { type ModuleLocation, locationFromPlacement } from './module-location';

/** How the connections begin their names that do nothing but watch. The process's id follows. */
export const WATCHING = 'seamline watch ';

/** A notification comes sooner, if it comes. */
const LOOK_MS = 1_000;
const BACKOFF = { firstMs: LOOK_MS, longestMs: 2_000 };
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Tracks whether modules live in the databases that this process uses for them, and reports changes. One
 * light connection for each, with the module's own login. A database that does not answer changes nothing:
 * what was known goes on.
 */
export class PlacementWatch {
  private readonly seen = new Map<string, ModuleLocation>();
  private readonly watches: readonly ModuleWatch[];

  /** `others` knows other places of modules; without it, a database counts as the only place. */
  constructor(
    connections: readonly ModuleConnection[],
    changed: () => void = () => undefined,
    others?: Pick<OtherLocations, 'of'>,
  ) {
    this.watches = connections.map((connection) => {
      const tell = (location: ModuleLocation): void => {
        if (JSON.stringify(this.seen.get(connection.module)) === JSON.stringify(location)) return;
        this.seen.set(connection.module, location);
        changed();
      };
      return new ModuleWatch(connection, tell, others);
    });
  }

  /** By module; each of them once `start` has resolved. */
  get locations(): ReadonlyMap<string, ModuleLocation> {
    return this.seen;
  }

  /** Resolves when every module has been looked for. */
  async start(): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.stop()));
  }
}

class ModuleWatch {
  private readonly logger = new Logger(PlacementWatch.name);
  private readonly stopping = new AbortController();
  private readonly wake = new WakeSignal();
  private running: Promise<void> | undefined;
  private known: ModuleLocation | undefined;
  private second: { identity: string; elsewhere: string } | undefined;

  constructor(
    private readonly connection: ModuleConnection,
    private readonly tell: (location: ModuleLocation) => void,
    private readonly others: Pick<OtherLocations, 'of'> | undefined,
  ) {}

  start(): Promise<void> {
    return new Promise((resolve) => {
      this.running = this.run(resolve);
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.raise();
    await this.running;
  }

  private async run(looked: () => void): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures += 1) {
      try {
        await this.follow((location) => {
          failures = 0;
          this.note(location);
          looked();
        });
      } catch (error) {
        if (this.couldNotBeAsked(error as Error, failures)) looked();
      }
      await abortableDelay(backoff(failures + 1, BACKOFF), this.stopping.signal);
    }
    looked();
  }

  /** Looks again and again; ends with the connection. */
  private async follow(see: (location: ModuleLocation) => void): Promise<void> {
    const client = new PooledClient({
      connectionString: this.connection.url,
      application_name: `${WATCHING}${PROCESS_ID}`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    client.on('notification', () => this.wake.raise());
    try {
      await client.connect();
      await client.query(`listen ${PLACEMENT_CHANNEL}`);
      while (!this.stopping.signal.aborted) {
        see(await this.locationFromPlacement(client));
        await this.wake.sleep(LOOK_MS);
      }
    } finally {
      // The goodbye of a server from which nothing comes would be waited for in vain.
      const tired = setTimeout(() => client.abandon(), ANSWER_WITHIN_MS);
      await client.end().catch(() => undefined);
      clearTimeout(tired);
    }
  }

  private async locationFromPlacement(client: PooledClient): Promise<ModuleLocation> {
    const table = `${escapeIdentifier(this.connection.module)}.placement`;
    const { rows: found } = await client.query<{ exists: boolean }>(
      'select to_regclass($1) is not null as exists',
      [table],
    );
    if (!found[0].exists) return this.absent('the module has no schema there');
    const { rows } = await client.query<Placement>(`select state, elsewhere from ${table}`, []);
    const location = locationFromPlacement(rows[0]);
    const second = location.state === 'active' ? await this.secondPlace(client) : undefined;
    if (!second) return location;
    return { state: 'second', place: targetNameOf(this.connection.url), elsewhere: second };
  }

  /**
   * Where else the module lives, when nothing of it has ever been here: a database that was made by mistake
   * must not be taken for its own. The first place that is found counts until the log here is another one:
   * its process may just be away later.
   */
  private async secondPlace(client: PooledClient): Promise<string | undefined> {
    if (!this.others || this.known?.state === 'active') return undefined;
    const module = escapeIdentifier(this.connection.module);
    const { rows } = await client.query<OwnLog & { isEmpty: boolean }>(
      `select i.identity, i.follows_identity as follows, h.generation = 1 and not exists (select from ${module}.outbox) as "isEmpty"
       from ${module}.log_identity i cross join ${module}.log_head h`,
      [],
    );
    const [{ isEmpty, ...own }] = rows;
    if (!isEmpty) return undefined;
    if (this.second?.identity === own.identity) return this.second.elsewhere;
    const elsewhere = await this.others.of(this.connection.module, own);
    this.second = elsewhere === undefined ? undefined : { identity: own.identity, elsewhere };
    return elsewhere;
  }

  private note(location: ModuleLocation): void {
    this.known = location;
    this.tell(location);
  }

  /** Whether that says something: a module that was there once is not gone because it cannot be asked. */
  private couldNotBeAsked(error: Error, failures: number): boolean {
    const reason = notProvisionedReason(error);
    if (reason !== undefined && (this.known?.state ?? 'absent') === 'absent') {
      this.note(this.absent(reason));
      return true;
    }
    if (failures === 3)
      this.logger.warn(
        `Whether ${this.connection.module} still lives in ${targetNameOf(this.connection.url)} cannot be asked: ${error.message}`,
      );
    return false;
  }

  private readonly absent = (reason: string): ModuleLocation => ({
    state: 'absent',
    place: targetNameOf(this.connection.url),
    reason,
  });
}
