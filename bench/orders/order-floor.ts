import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedCustomer } from '../../src/demo/plan';
import { rolePassword, withLogin } from '../../src/platform/database/roles';
import type { Bench } from '../harness/scenario';
import type { BenchDatabase } from '../harness/server';
import { beginOf, isControl, readRecording, type Transaction } from '../replay/recording';
import { RECORDING_FILE } from '../replay/recorded-line';
import { Replay } from '../replay/replay';
import { cpuMsOfFamily } from './cpu-time';
import type { OrderMix } from './order-mix';
import { ROLE_SECRET, ShopUnderLoad } from './shop-under-load';

/** What the floor under the order load costs: the same statements, sent by nothing but `pg`. */
export interface FloorFigures {
  ordersPerSecond: number;
  walBytesPerOrder: number;
  databaseCpuMs: number;
  /** Of the process that sends the statements. */
  senderCpuMs: number;
  /** Rows inserted, changed or deleted, in percent of those in the recording. */
  writtenShare: number;
}

/**
 * The order load without the application: everything it sends to the database for some orders is recorded
 * once, and then sent again to a copy of the database as it was, over as many connections, in the same
 * transactions.
 */
export class OrderFloor {
  private constructor(
    private readonly bench: Bench,
    private readonly shop: BenchDatabase,
    private readonly orders: number,
    /** What the application sent when it started: leases and registrations that the rest builds on. */
    private readonly start: readonly Transaction[],
    private readonly load: readonly Transaction[],
  ) {}

  /** Records orders of a shop on `database`, which must be as `shop` is and have no connections. */
  static async record(
    bench: Bench,
    database: BenchDatabase,
    shop: BenchDatabase,
    mix: OrderMix,
    options: { customerIds: ReadonlyMap<PlannedCustomer, string>; orders: number; concurrency: number },
  ): Promise<OrderFloor> {
    const folder = mkdtempSync(join(tmpdir(), 'seamline-recording-'));
    bench.defer(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'statements.jsonl');
    const application = await ShopUnderLoad.open(bench, database, mix, {
      customerIds: options.customerIds,
      nodeArguments: ['--require', join(__dirname, '../replay/record-statements.js')],
      settings: { [RECORDING_FILE]: file },
    });
    const { from, to } = await application.place(options.orders, options.concurrency);
    await application.close();

    const prefix = `${database.name}_`;
    const transactions = await readRecording(file, (role) => role.startsWith(prefix));
    const start = transactions.filter((transaction) => beginOf(transaction) < from);
    const load = transactions.filter(
      (transaction) => beginOf(transaction) >= from && beginOf(transaction) < to,
    );
    return new OrderFloor(bench, shop, options.orders, start, load);
  }

  /** Without those that only begin or end a transaction. */
  get statementsPerOrder(): number {
    return (
      this.load.reduce(
        (sum, { statements }) => sum + statements.filter((each) => !isControl(each)).length,
        0,
      ) / this.orders
    );
  }

  get transactionsPerOrder(): number {
    return this.load.length / this.orders;
  }

  get connections(): number {
    return new Set(this.load.map(({ connection }) => connection)).size;
  }

  /** One turn, on a copy of the shop that is removed again. */
  async measure(): Promise<FloorFigures> {
    const { bench, orders } = this;
    const copy = await bench.server.createDatabase('bench_orders_replay', this.shop.name);
    const urlOf = (role: string): string => withLogin(copy.url, role, rolePassword(ROLE_SECRET, role));
    try {
      await play(this.start, urlOf);
      await bench.server.settle();
      const replay = await Replay.connect(this.load, urlOf);
      try {
        const before = { database: cpuMsOfFamily(bench.server.pid), sender: process.cpuUsage() };
        const { result, walBytes } = await bench.server.walOf(() => replay.run(this.load));
        const { user, system } = process.cpuUsage(before.sender);
        const recorded = this.load
          .flatMap(({ statements }) => statements)
          .reduce((sum, { written }) => sum + written, 0);
        return {
          ordersPerSecond: orders / result.seconds,
          walBytesPerOrder: walBytes / orders,
          databaseCpuMs: (cpuMsOfFamily(bench.server.pid) - before.database) / orders,
          senderCpuMs: (user + system) / 1_000 / orders,
          writtenShare: (100 * result.written) / recorded,
        };
      } finally {
        await replay.close();
      }
    } finally {
      await copy.drop();
    }
  }
}

async function play(transactions: readonly Transaction[], urlOf: (role: string) => string): Promise<void> {
  const replay = await Replay.connect(transactions, urlOf);
  try {
    await replay.run(transactions);
  } finally {
    await replay.close();
  }
}
