import type { Profiler } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../src/demo/api-client';
import { Application } from '../../src/demo/application';
import type { PlannedCustomer } from '../../src/demo/plan';
import { settled } from '../../src/demo/settled';
import type { Bench } from '../harness/scenario';
import type { BenchDatabase } from '../harness/server';
import { percentile } from '../harness/statistics';
import type { RemoteProfile } from '../profile/remote-profile';
import { cpuMsOf, cpuMsOfFamily } from './cpu-time';
import { OrderLoad } from './order-load';
import type { OrderMix } from './order-mix';
import { openShop } from './shop';
import { committedTransactions } from './transactions';

/** Long enough for the statistics of the turn before to have arrived. */
const WARM_UP_MS = 1_500;
/** Without an order from every place after so long, there is something wrong with the application. */
const STUCK_MS = 120_000;
/** What the passwords of the application's roles are derived from. */
export const ROLE_SECRET = 'a secret of the benchmark only';

/** One turn of the order load. */
export interface LoadFigures {
  ordersPerSecond: number;
  latencyP50: number;
  latencyP99: number;
  transactionsPerOrder: number;
  walBytesPerOrder: number;
  applicationCpuMs: number;
  databaseCpuMs: number;
  loadCpuMs: number;
}

export interface ShopOptions {
  /** The customers of a shop that is open already, on this database or on the one that it is a copy of. */
  customerIds?: ReadonlyMap<PlannedCustomer, string>;
  /** Arguments for Node itself. */
  nodeArguments?: readonly string[];
  /** Settings of the application, or of what is loaded into it. */
  settings?: Readonly<Record<string, string>>;
}

/** The built application as a process of its own on the benchmark's server, with a shop to order from. */
export class ShopUnderLoad {
  private api!: ApiClient;
  private ops!: ApiClient;

  private constructor(
    private readonly bench: Bench,
    private readonly application: Application,
    private readonly database: BenchDatabase,
    private readonly mix: OrderMix,
    private customerIds: ReadonlyMap<PlannedCustomer, string>,
  ) {}

  /** Starts the application on a database. Opens the shop unless the customers are there already. */
  static async open(
    bench: Bench,
    database: BenchDatabase,
    mix: OrderMix,
    options: ShopOptions = {},
  ): Promise<ShopUnderLoad> {
    const application = new Application({
      settings: {
        DATABASE_URL: database.url,
        DATABASE_ADMIN_URL: database.url,
        DATABASE_ROLE_SECRET: ROLE_SECRET,
        ...options.settings,
      },
      nodeArguments: options.nodeArguments,
    });
    const shop = new ShopUnderLoad(bench, application, database, mix, options.customerIds ?? new Map());
    bench.defer(() => shop.close());
    await application.start().catch((error: Error) => {
      throw new Error(`${error.message}\n${application.lastWords}`, { cause: error });
    });
    shop.api = new ApiClient(application.url);
    shop.ops = new ApiClient(application.opsUrl);
    if (!options.customerIds) {
      bench.progress('setting up customers, items, prices and stock');
      shop.customerIds = await openShop(shop.api, shop.ops, mix);
    }
    return shop;
  }

  /** What the shop's customers are called; for a second application on a copy of the database. */
  get customers(): ReadonlyMap<PlannedCustomer, string> {
    return this.customerIds;
  }

  /**
   * Places so many orders and waits until nothing is on its way any more. Answers from when to when orders
   * were under way.
   */
  async place(orders: number, concurrency: number): Promise<{ from: number; to: number }> {
    const now = (): number => performance.timeOrigin + performance.now();
    const from = now();
    await Promise.race([this.load().run(concurrency, orders), this.application.death]);
    const to = now();
    await this.rest();
    return { from, to };
  }

  /**
   * Measures the load with so many orders under way, in the middle of it: neither its beginning nor its end
   * counts.
   */
  measure(concurrency: number): Promise<LoadFigures> {
    return this.underLoad(concurrency, async (load, turn) => {
      load.take();
      const before = await this.standing();
      const { walBytes } = await this.bench.server.walOf(turn);
      const { latencies } = load.take();
      const after = await this.standing();
      const orders = latencies.length;
      if (orders === 0) throw new Error(`No order was completed in a turn with ${concurrency} under way.`);
      return {
        ordersPerSecond: (orders * 1_000) / (after.at - before.at),
        latencyP50: percentile(latencies, 0.5),
        latencyP99: percentile(latencies, 0.99),
        transactionsPerOrder: (after.transactions - before.transactions) / orders,
        walBytesPerOrder: walBytes / orders,
        applicationCpuMs: (after.applicationCpu - before.applicationCpu) / orders,
        databaseCpuMs: (after.databaseCpu - before.databaseCpu) / orders,
        loadCpuMs: (after.loadCpu - before.loadCpu) / orders,
      };
    });
  }

  /** Profiles the application under the load. It must have been opened with the profile's settings. */
  profile(concurrency: number, profile: RemoteProfile): Promise<Profiler.Profile> {
    return this.underLoad(concurrency, async (_load, turn) => {
      profile.begin(this.application.pid);
      await turn();
      return profile.end(this.application.pid);
    });
  }

  async close(): Promise<void> {
    this.api?.close();
    this.ops?.close();
    await this.application.stop();
  }

  /**
   * Runs `work` once the load is in full swing. A turn lasts its seconds, and until every place has seen
   * another order through.
   */
  private async underLoad<T>(
    concurrency: number,
    work: (load: OrderLoad, turn: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const load = this.load();
    const working = load.run(concurrency);
    const cycle = async (ms: number): Promise<void> => {
      const through = Promise.all([sleep(ms), load.untilCompleted(load.completed + concurrency)]);
      await Promise.race([through, sleep(ms + STUCK_MS), working, this.application.death]);
    };
    try {
      // The first orders go through in step; after a cycle they are spread over all stages, as in the long
      // run.
      await cycle(WARM_UP_MS);
      return await work(load, () => cycle(this.bench.seconds * 1_000));
    } finally {
      load.stop();
      await working;
      await this.rest();
    }
  }

  private load(): OrderLoad {
    return new OrderLoad(this.api, this.mix, this.customerIds);
  }

  private async rest(): Promise<void> {
    if (!(await settled(this.api, this.ops)))
      throw new Error('The application did not come to rest after the orders.');
  }

  private async standing() {
    const transactions = await committedTransactions(this.bench.server.adminUrl, this.database.name);
    const { user, system } = process.cpuUsage();
    return {
      at: performance.now(),
      transactions,
      applicationCpu: cpuMsOf(this.application.pid),
      databaseCpu: cpuMsOfFamily(this.bench.server.pid),
      loadCpu: (user + system) / 1_000,
    };
  }
}
