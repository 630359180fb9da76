import type { Client } from 'pg';
import { Application } from '../../src/demo/application';
import { ApplicationElsewhere } from '../../src/demo/application-elsewhere';
import { invariants } from '../../src/invariants/invariants';
import { withClient } from '../../src/platform/database/admin-client';
import { databaseOf, rolePassword, Roles, withDatabase, withLogin } from '../../src/platform/database/roles';
import { checkInvariants, type Verdict } from '../../src/platform/cli/check-invariants/check-invariants';
import { Mover } from '../../test/support/mover';
import type { Bench } from '../harness/scenario';
import { Broker } from './broker';

/** What the passwords of the application's roles are derived from. */
const ROLE_SECRET = 'a secret of the benchmark only';
/** Work under way makes sums differ for a moment. */
const PATIENCE_MS = 10_000;

/**
 * The application in two processes: one with all modules on the benchmark's server, and one on another server
 * that stands by for shipping; a broker between them, and the tool that moves shipping from the one to the
 * other and back.
 */
export class TwoPlaces {
  readonly mover: Mover;
  private readonly processes: readonly Application[];

  private constructor(
    /** Shipping's home, where all the other modules are: the superuser's login to it. */
    readonly homeUrl: string,
    awayUrl: string,
    private readonly broker: Broker,
  ) {
    const shared = { DATABASE_ROLE_SECRET: ROLE_SECRET, NATS_URL: broker.url };
    const home = { DATABASE_URL: homeUrl, DATABASE_ADMIN_URL: homeUrl };
    this.mover = new Mover('shipping', {
      ...shared,
      ...home,
      SHIPPING_DATABASE_URL: awayUrl,
      SHIPPING_DATABASE_ADMIN_URL: awayUrl,
    });
    this.processes = [
      new Application({ settings: { ...shared, ...home } }),
      // With an administrator's login it would make a place of its own.
      new Application({ settings: { ...shared, MODULES: 'shipping', SHIPPING_DATABASE_URL: awayUrl } }),
    ];
  }

  /** Resolves when both processes take requests. The databases go with their servers. */
  static async open(bench: Bench, name: string, otherServer: string): Promise<TwoPlaces> {
    const broker = new Broker();
    bench.defer(() => broker.close());
    await broker.start();
    const { url } = await bench.server.createDatabase(name);
    const places = new TwoPlaces(url, withDatabase(otherServer, name), broker);
    bench.defer(() => places.close());
    for (const each of places.processes) await each.start().catch((error: Error) => places.explain(error));
    return places;
  }

  get urls(): string[] {
    return this.processes.map(({ url }) => url);
  }

  /** For the demo to be played through. */
  get application(): ApplicationElsewhere {
    return new ApplicationElsewhere(
      this.urls[0],
      this.processes.map(({ opsUrl }) => opsUrl),
    );
  }

  /** Rejects when one of the processes has ended by itself. */
  get death(): Promise<never> {
    return Promise.race(this.processes.map(({ death }) => death));
  }

  /** Throws an error with the end of what the processes printed. */
  explain(error: Error): never {
    const printed = this.processes.map(({ url, lastWords }) => `--- process at ${url}:\n${lastWords}`);
    throw new Error([error.message, ...printed].join('\n'), { cause: error });
  }

  get brokerVersion(): string {
    return this.broker.version;
  }

  /** What the auditor finds, once everything is at home again. */
  async check(): Promise<Verdict[]> {
    const { auditor } = new Roles(databaseOf(this.homeUrl));
    return checkInvariants({
      auditorUrl: withLogin(this.homeUrl, auditor, rolePassword(ROLE_SECRET, auditor)),
      modules: await withClient(this.homeUrl, 'benchmark check', modulesIn),
      invariants,
      patienceMs: PATIENCE_MS,
    });
  }

  async close(): Promise<void> {
    this.mover.close();
    await Promise.all(this.processes.map((each) => each.stop()));
    await this.broker.close();
  }
}

/** Each module has a log in its schema. */
async function modulesIn(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ module: string }>(
    `select table_schema::text as module from information_schema.tables where table_name = 'log_head' order by 1`,
  );
  return rows.map(({ module }) => module);
}
