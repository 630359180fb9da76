import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import { openModuleDatabases } from '../../src/platform/database/data-sources';
import type { ModuleConnection } from '../../src/platform/database/module-connection';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { rolePassword, Roles, withDatabase, withLogin } from '../../src/platform/database/roles';
import { AppModule } from '../../src/app.module';
import { brokerAccessOf } from '../../src/platform/topology/remote-dependencies';
import { topologyOf } from '../../src/platform/topology/topology';
import { brokerUser, natsConfiguration, urlFor } from '../../src/platform/transport/nats-configuration';
import { type Books, openBooks } from './books';
import { clusterUrl, keepClustersApart } from './clusters';
import { NatsServer } from './nats-server';
import type { DatabasePlan, Topology } from './topologies';

/** What lasts when an application is stopped: its data, and what is between its processes. */
export interface TestGround {
  /** One for each module, each with its own login. */
  readonly databases: ModuleDatabases;
  /** A login that sees the tables of all modules side by side, and only reads. */
  booksUrl(): Promise<string>;
  /** Asks the database of a module as a superuser. */
  asAdministrator<Row = unknown>(module: string, sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Removes it all. */
  close(): Promise<void>;
}

const SECRET = 'for tests only, and long enough';
const silent = (): void => undefined;

interface Place extends DatabasePlan {
  readonly name: string;
  readonly adminUrl: string;
}

/**
 * Databases and brokers as a topology wants them. The application's processes make the databases themselves,
 * as they do in production.
 */
export class TopologyGround implements TestGround {
  private opened: ModuleDatabases | undefined;
  private books: Books | undefined;

  private constructor(
    private readonly places: readonly Place[],
    readonly brokers: readonly NatsServer[],
  ) {}

  static async open({ databases, brokers, processes }: Topology): Promise<TopologyGround> {
    await keepClustersApart();
    const name = `apart_${randomBytes(6).toString('hex')}`;
    const places = databases.map((plan, index) => ({
      ...plan,
      name: `${name}_${index}`,
      adminUrl: withDatabase(clusterUrl(plan.cluster), `${name}_${index}`),
    }));
    // As in production: each process may say what its own modules say, and no more.
    const configuration = natsConfiguration(
      processes.map((modules) => brokerUser(modules, SECRET, brokerAccessOf(modules, topologyOf(AppModule)))),
    );
    const servers =
      brokers === 3
        ? await NatsServer.startCluster({ configuration })
        : brokers === 1
          ? [await NatsServer.start({ configuration })]
          : [];
    return new TopologyGround(places, servers);
  }

  /** How a process that hosts these modules finds its databases and the broker. */
  settingsFor(modules: readonly string[]): Record<string, string> {
    const urls = modules.flatMap((module) => {
      const variable = module.toUpperCase().replaceAll('-', '_');
      const { adminUrl } = this.placeOf(module);
      return [
        [`${variable}_DATABASE_URL`, adminUrl],
        [`${variable}_DATABASE_ADMIN_URL`, adminUrl],
      ];
    });
    return {
      ...Object.fromEntries(urls),
      DATABASE_ROLE_SECRET: SECRET,
      ...(this.brokers.length > 0 && {
        NATS_URL: urlFor(
          brokerUser(modules, SECRET),
          this.brokers.map(({ port }) => `127.0.0.1:${port}`).join(','),
        ),
      }),
    };
  }

  /** Connects to the databases, which are there once the processes have started. */
  async connect(): Promise<void> {
    this.opened ??= await openModuleDatabases(this.connections, () => [], {
      poolSize: 5,
      leaseMs: 30_000,
      log: silent,
    });
  }

  get databases(): ModuleDatabases {
    if (!this.opened) throw new Error('The databases are there once the application has started.');
    return this.opened;
  }

  async booksUrl(): Promise<string> {
    if (this.places.length === 1) return this.connections[0].auditorUrl;
    this.books ??= await openBooks(clusterUrl('early'), this.connections);
    return this.books.url;
  }

  asAdministrator<Row>(module: string, sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return withClient(
      this.placeOf(module).adminUrl,
      'test',
      async (client) => (await client.query(sql, parameters)).rows as Row[],
    );
  }

  async close(): Promise<void> {
    await this.books?.close();
    await this.opened?.close();
    await Promise.all(this.places.map(remove));
    await Promise.all(this.brokers.map((broker) => broker.stop()));
  }

  /** The logins of each module's own processes, and of the auditor, in that module's database. */
  get connections(): ModuleConnection[] {
    return this.places.flatMap(({ name, adminUrl, modules }) => {
      const roles = new Roles(name);
      const as = (role: string): string => withLogin(adminUrl, role, rolePassword(SECRET, role));
      return modules.map((module) => ({ module, url: as(roles.of(module)), auditorUrl: as(roles.auditor) }));
    });
  }

  private placeOf(module: string): Place {
    const place = this.places.find(({ modules }) => modules.includes(module));
    if (!place) throw new Error(`The topology has no database for the module "${module}".`);
    return place;
  }
}

async function remove({ name, cluster }: Place): Promise<void> {
  await withClient(clusterUrl(cluster), 'test', async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    const { rows } = await client.query<{ role: string }>(
      'select rolname as role from pg_roles where starts_with(rolname, $1)',
      [`${name}_`],
    );
    for (const { role } of rows) await client.query(`drop role ${escapeIdentifier(role)}`);
  });
}
