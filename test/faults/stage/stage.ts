import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { stopOrphanedServers } from '../../../src/demo/orphaned-servers';
import { fallbackFolderFor } from '../../../src/platform/provisioning/embedded/data-folder';
import { startEmbeddedServer } from '../../../src/platform/provisioning/embedded-server';
import { EMBEDDED_DATABASE } from '../../../src/platform/provisioning/prepare-database';
import { type HostOptions, HostProcess } from '../../support/host-process';
import type { Mover } from '../../support/mover';
import type { NatsServer } from '../../support/nats-server';
import { LOGS } from '../checks/logs';
import { Balancer } from './balancer';
import { EmbeddedDatabase } from './embedded-database';
import { TcpProxy } from './tcp-proxy';

/** Found and removed by the next run of the tests when this one is killed. */
const PREFIX = `seamline-test-${process.pid}-`;
const ignore = (): undefined => undefined;

/** The proxies between one process and what it cannot do without, which can be cut. */
export interface Lines {
  readonly databases: readonly TcpProxy[];
  readonly brokers: readonly TcpProxy[];
}

/** A database of the stage. */
export interface StagePlace {
  readonly modules: readonly string[];
  /** Its foreign server where the tables of all modules are seen side by side. */
  readonly server: string;
  /** Asks it as the login that may do everything there. */
  ask<Row extends object>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/** A process that was pointed at another database than its module's. */
export interface Elsewhere {
  readonly host: HostProcess;
  /** Asks its database as the login that may do everything there. */
  ask<Row extends object>(sql: string): Promise<Row[]>;
  /** Ends the process and removes its database. */
  remove(): Promise<void>;
}

/**
 * A data folder with the processes, connections and proxies of a row. `clear` leaves nothing of them. All
 * modules are in one database, the embedded one of the folder; `ApartStage` has several.
 */
export class Stage {
  readonly dataDir = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  readonly hosts: HostProcess[] = [];
  /** An operator has begun a generation of a log that is not what its readers had read. */
  hasCutLogs = false;
  private static readonly open = new Set<Stage>();
  private readonly closing: { close(): unknown }[] = [];
  private proxy: TcpProxy | undefined;
  private balancer: Balancer | undefined;
  private embedded: EmbeddedDatabase | undefined;
  private readonly clients = new Map<string, Promise<Client>>();

  constructor() {
    // Under root the database server runs as another user, who has to get through to its own folder.
    chmodSync(this.dataDir, 0o711);
    Stage.open.add(this);
  }

  /** Clears every stage that was not cleared yet: what an interrupted run leaves behind. */
  static async clearAll(): Promise<void> {
    await Promise.all([...Stage.open].map((stage) => stage.clear()));
  }

  /**
   * One more process on the same data; not started yet. Add all of them before the address is read.
   */
  async addHost(options: HostOptions = {}): Promise<HostProcess> {
    const host = await HostProcess.on(this.dataDir, options);
    this.hosts.push(host);
    return host;
  }

  /**
   * Starts the database server from here and not from a process of the application; answers the settings by
   * which those connect through the proxy.
   */
  async startDatabaseBehindProxy(): Promise<Readonly<Record<string, string>>> {
    await startEmbeddedServer({ dataDir: this.dataDir, log: ignore });
    const database = await this.database();
    const port = await database.port();
    this.proxy = this.keep(await TcpProxy.before(() => port));
    const via = (url: string): string =>
      Object.assign(new URL(url), { port: String(this.databaseProxy.port) }).href;
    return {
      DATABASE_URL: via(`postgres://127.0.0.1/${EMBEDDED_DATABASE}`),
      DATABASE_ADMIN_URL: via(await database.superuserUrl('postgres')),
      DATABASE_ROLE_SECRET: database.roleSecret,
    };
  }

  /** What stands between the application and its database. */
  get databaseProxy(): TcpProxy {
    if (!this.proxy) throw new Error('The application was not started with its database behind the proxy.');
    return this.proxy;
  }

  /** The databases that the modules' data are in. */
  get places(): readonly StagePlace[] {
    return [{ modules: LOGS, server: '', ask: (sql, parameters) => this.askAsSuperuser(sql, parameters) }];
  }

  /** What carries messages between processes that host different modules. */
  get brokers(): readonly NatsServer[] {
    throw new Error('This set-up has no broker.');
  }

  /** An administrator's login to the brokers, which may publish to the log of every module. */
  get brokerUrl(): string {
    throw new Error('This set-up has no broker.');
  }

  /** Whether each message of a log that moves is noted where it is published (`instruments/ledger.ts`). */
  get keepsLedger(): boolean {
    return false;
  }

  /**
   * The environment in which an operator works on a module: the databases, with an administrator's login, and
   * the brokers.
   */
  operatorSettings(_module?: string): Readonly<Record<string, string>> {
    return { DATA_DIR: this.dataDir };
  }

  /**
   * Copies the database of a module while no process of the application uses it; answers how to put the copy
   * in its place.
   */
  keepCopyOf(_module: string): Promise<() => Promise<void>> {
    return Promise.reject(new Error('The database of this set-up is copied with its server.'));
  }

  /**
   * One more process for a module, on a database of its own that is not there yet. It is none of the stage's
   * processes.
   */
  elsewhereFor(_module: string): Promise<Elsewhere> {
    return Promise.reject(new Error('All modules of this set-up share one database.'));
  }

  /** Moves a module from one of the places to another. */
  get mover(): Mover {
    throw new Error('Nothing moves in this set-up.');
  }

  /** Brings the stage to where its rows begin, once its processes run. */
  async settle(): Promise<void> {}

  /** What stands between each process and its databases and brokers, in the order of the processes. */
  get lines(): readonly Lines[] {
    throw new Error('The processes of this set-up have no proxies of their own.');
  }

  /** One address for all processes; one that does not listen is passed over. */
  async address(): Promise<string> {
    this.balancer ??= this.keep(await Balancer.over(this.hosts.map(({ port }) => port)));
    return this.balancer.url;
  }

  async database(): Promise<EmbeddedDatabase> {
    this.embedded ??= await EmbeddedDatabase.in(this.dataDir);
    return this.embedded;
  }

  /**
   * Asks as the login that may read everything and change nothing. Sees the tables of all modules, wherever
   * they are.
   */
  async askAsAuditor<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.ask(await (await this.database()).auditorUrl(), sql, parameters);
  }

  /**
   * Asks as the login that may do everything. Sees the tables of all modules; what changes something goes to
   * `askIn`.
   */
  async askAsSuperuser<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.ask(await (await this.database()).superuserUrl(), sql, parameters);
  }

  /** Asks the database that a module's data are in, as the login that may do everything there. */
  askIn<Row extends object>(module: string, sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const place = this.places.find(({ modules }) => modules.includes(module));
    if (!place) throw new Error(`This set-up has no database for the module "${module}".`);
    return place.ask(sql, parameters);
  }

  /** The login of a module's own processes. */
  async moduleUrl(module: string): Promise<string> {
    return (await this.database()).moduleUrl(module);
  }

  /** Closes it with the stage. */
  keep<T extends { close(): unknown }>(each: T): T {
    this.closing.push(each);
    return each;
  }

  /** The end of what the processes printed. */
  get lastWords(): string {
    return this.hosts.map(({ port, lastWords }) => `--- process on port ${port}:\n${lastWords}`).join('\n');
  }

  async clear(): Promise<void> {
    Stage.open.delete(this);
    for (const client of this.clients.values()) await client.then((open) => open.end()).catch(ignore);
    for (const each of this.closing) await each.close();
    await Promise.all(this.hosts.map((host) => host.kill()));
    for (const folder of [this.dataDir, fallbackFolderFor(this.dataDir)]) {
      await stopOrphanedServers(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  }

  /** Over a connection that is kept; one that turns out to be broken is made anew, once. */
  protected async ask<Row extends object>(
    url: string,
    sql: string,
    parameters: unknown[],
    again = true,
  ): Promise<Row[]> {
    const client = this.clients.get(url) ?? this.connect(url);
    this.clients.set(url, client);
    try {
      return (await (await client).query<Row>(sql, parameters)).rows;
    } catch (error) {
      // A statement that failed says so with a code of five characters; anything else is about the
      // connection.
      if (/^(?!57P|08)[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? '')) throw error;
      if (this.clients.get(url) === client) this.clients.delete(url);
      if (!again) throw error;
      return this.ask(url, sql, parameters, false);
    }
  }

  private async connect(url: string): Promise<Client> {
    const client = new Client({
      connectionString: url,
      application_name: 'seamline rig',
      connectionTimeoutMillis: 30_000,
    });
    client.on('error', () => this.clients.delete(url));
    await client.connect();
    return client;
  }
}
