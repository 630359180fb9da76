import { withClient } from '../../../src/platform/database/admin-client';
import { databaseOf, withDatabase } from '../../../src/platform/database/roles';
import { HostProcess } from '../../support/host-process';
import { moduleNames } from '../../support/modules';
import type { NatsServer } from '../../support/nats-server';
import { TopologyGround } from '../../support/test-ground';
import type { Topology } from '../../support/topologies';
import type { FaultHostOptions } from '../fault';
import type { EmbeddedDatabase } from './embedded-database';
import { sharedClusters } from './shared-clusters';
import { type Elsewhere, type Lines, Stage, type StagePlace } from './stage';
import { keepCopy, removeDatabase } from './database-copy';
import { TcpProxy } from './tcp-proxy';

/** With a login to the brokers for the rig besides those of the processes: it may speak for every module. */
const groundFor = (topology: Topology): Promise<TopologyGround> => {
  const different = topology.processes.filter(
    (modules, at, all) => all.findIndex((each) => each.join() === modules.join()) === at,
  );
  return TopologyGround.open({ ...topology, processes: [...different, moduleNames] });
};

/**
 * Processes that host a part of the modules each, databases on two servers whose transaction counters are far
 * apart, brokers between them.
 */
export class ApartStage extends Stage {
  private proxies: Lines[] | undefined;

  protected constructor(
    private readonly topology: Topology,
    protected readonly ground: TopologyGround,
    protected readonly hostOptions: FaultHostOptions = {},
  ) {
    super();
  }

  /** With its processes, none of them started yet. */
  static async of(topology: Topology, asked: FaultHostOptions = {}): Promise<ApartStage> {
    const { throughProxy = false, settings, ...options } = asked;
    await sharedClusters();
    const stage = new ApartStage(topology, await groundFor(topology), asked);
    try {
      for (const modules of topology.processes) {
        const found = stage.ground.settingsFor(modules);
        const places = throughProxy ? await stage.behindProxies(found) : found;
        await stage.addHost({ ...options, settings: { MODULES: modules.join(), ...places, ...settings } });
      }
      return stage;
    } catch (error) {
      await stage.clear();
      throw error;
    }
  }

  override get places(): readonly StagePlace[] {
    return this.topology.databases.map(({ modules }) => ({
      modules,
      server: modules[0],
      ask: (sql, parameters) => this.ground.asAdministrator(modules[0], sql, parameters),
    }));
  }

  override get brokers(): readonly NatsServer[] {
    return this.ground.brokers;
  }

  override get brokerUrl(): string {
    return this.ground.settingsFor(moduleNames).NATS_URL;
  }

  override get lines(): readonly Lines[] {
    return this.proxies ?? super.lines;
  }

  override database(): Promise<EmbeddedDatabase> {
    return Promise.reject(
      new Error('This set-up has several databases, on servers that it shares with others.'),
    );
  }

  override async askAsAuditor<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.ask(await this.ground.booksUrl(), sql, parameters);
  }

  override async askAsSuperuser<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.ask(await this.ground.booksUrl(), sql, parameters);
  }

  override async moduleUrl(module: string): Promise<string> {
    const found = this.ground.connections.find((connection) => connection.module === module);
    if (!found) throw new Error(`This set-up has no database for the module "${module}".`);
    return found.url;
  }

  override operatorSettings(module = moduleNames[0]): Readonly<Record<string, string>> {
    return this.ground.settingsFor(this.processOf(module));
  }

  override async keepCopyOf(module: string): Promise<() => Promise<void>> {
    return keepCopy(this.adminUrlOf(module));
  }

  override async elsewhereFor(module: string): Promise<Elsewhere> {
    const adminUrl = withDatabase(this.adminUrlOf(module), `${databaseOf(this.adminUrlOf(module))}_mistyped`);
    const variable = module.toUpperCase();
    const { settings, ...options } = this.hostOptions;
    const host = await HostProcess.in({
      ...options,
      settings: {
        ...this.ground.settingsFor(this.processOf(module)),
        MODULES: module,
        [`${variable}_DATABASE_URL`]: adminUrl,
        [`${variable}_DATABASE_ADMIN_URL`]: adminUrl,
        ...settings,
      },
    });
    return {
      host,
      ask: <Row extends object>(sql: string) =>
        withClient(adminUrl, 'rig', async (client) => (await client.query<Row>(sql)).rows),
      remove: async () => {
        await host.kill();
        await removeDatabase(adminUrl);
      },
    };
  }

  override async clear(): Promise<void> {
    await super.clear();
    await this.ground.close();
  }

  private processOf(module: string): readonly string[] {
    return this.topology.processes.find((modules) => modules.includes(module)) ?? [module];
  }

  private adminUrlOf(module: string): string {
    return this.ground.settingsFor([module])[`${module.toUpperCase()}_DATABASE_ADMIN_URL`];
  }

  /** The same settings, but every address in them leads through a proxy that only this process uses. */
  private async behindProxies(settings: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const found = new Map<string, TcpProxy>();
    const via = async (text: string): Promise<string> => {
      const url = new URL(text);
      const { port } = url;
      const proxy = found.get(port) ?? this.keep(await TcpProxy.before(() => Number(port)));
      found.set(port, proxy);
      return Object.assign(url, { port: String(proxy.port) }).href;
    };
    const redirected: Record<string, string> = { ...settings };
    for (const name of Object.keys(settings).filter((variable) => variable.endsWith('_URL')))
      redirected[name] = await via(settings[name]);
    const brokers = this.brokers.flatMap(({ port }) => found.get(String(port)) ?? []);
    const databases = [...found.values()].filter((proxy) => !brokers.includes(proxy));
    this.proxies = [...(this.proxies ?? []), { databases, brokers }];
    return redirected;
  }
}
