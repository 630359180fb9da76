import { atLeast, type Column, type Outcome, type Row } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { median } from '../harness/statistics';
import { type FloorFigures, OrderFloor } from '../orders/order-floor';
import { OrderMix } from '../orders/order-mix';
import { type LoadFigures, ShopUnderLoad } from '../orders/shop-under-load';
import { profileTables } from '../profile/profile-tables';
import { RemoteProfile } from '../profile/remote-profile';

const SEED = 20_101_201;
const CONCURRENCIES = [16, 64, 256];
/** The recording is made with so many orders under way. */
const RECORDED_CONCURRENCY = 64;
/** So many for each second of a turn. */
const RECORDED_ORDERS_PER_SECOND = 100;
/** Completed orders a second that are wanted on two cores with the database on the same machine. */
const WANTED = 150;

const LOAD_COLUMNS: Column[] = [
  { key: 'ordersPerSecond', title: 'completed', unit: '/s', decimals: 1, show: 'median' },
  { key: 'latencyP50', title: 'p50', unit: 'ms', show: 'median' },
  { key: 'latencyP99', title: 'p99', unit: 'ms', show: 'median' },
  { key: 'transactionsPerOrder', title: 'transactions per order', decimals: 1, show: 'median' },
  { key: 'walKbPerOrder', title: 'WAL per order', unit: 'kB', decimals: 1, show: 'median' },
];
const CPU_COLUMNS: Column[] = [
  { key: 'applicationCpuMs', title: 'application', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'databaseCpuMs', title: 'PostgreSQL', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'loadCpuMs', title: 'load generator', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'cpuMs', title: 'together', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'busyCores', title: 'cores busy', decimals: 2, show: 'median' },
];
const FLOOR_COLUMNS: Column[] = [
  { key: 'ordersPerSecond', title: 'orders', unit: '/s', decimals: 1, show: 'median' },
  { key: 'statements', title: 'statements per order', decimals: 1, show: 'median' },
  { key: 'transactions', title: 'transactions per order', decimals: 1, show: 'median' },
  { key: 'databaseCpuMs', title: 'CPU of PostgreSQL per order', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'senderCpuMs', title: 'CPU of the sender', unit: 'ms', decimals: 2, show: 'median' },
  { key: 'busyCores', title: 'cores busy', decimals: 2, show: 'median' },
  { key: 'walKbPerOrder', title: 'WAL per order', unit: 'kB', decimals: 1, show: 'median' },
  { key: 'writtenShare', title: 'rows written, of those recorded', unit: '%', decimals: 1, show: 'median' },
];

export const orders: Scenario = {
  name: 'orders',
  title: 'Orders, from the HTTP request to completed',
  about:
    'The built application runs as a process of its own. So many orders are under way at a time: each is placed over HTTP, sent off and delivered by a courier ' +
    "who looks for parcels every 50 ms, and followed by the next when it is completed. The orders are those of the demo's file, drawn with a fixed seed. " +
    'The floor is what the application sends to the database for such orders, recorded once, with its parameters and transactions, and sent again by nothing but `pg` ' +
    'to a copy of the database, over as many connections, as fast as they take it.',

  async run(bench: Bench): Promise<Outcome> {
    const mix = await OrderMix.read(SEED);
    const database = await bench.server.createDatabase('bench_orders');
    bench.defer(() => database.drop());
    const opened = await ShopUnderLoad.open(bench, database, mix);
    const customerIds = opened.customers;
    await opened.close();
    const template = await bench.server.createDatabase('bench_orders_shop', database.name);
    bench.defer(() => template.drop());
    bench.progress('recording the statements of some orders');
    const recorded = {
      customerIds,
      orders: RECORDED_ORDERS_PER_SECOND * bench.seconds,
      concurrency: RECORDED_CONCURRENCY,
    };
    const floor = await OrderFloor.record(bench, database, template, mix, recorded);
    const shop = await ShopUnderLoad.open(bench, database, mix, { customerIds });

    const loads = new Map<number, LoadFigures[]>(CONCURRENCIES.map((concurrency) => [concurrency, []]));
    const floors: FloorFigures[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const concurrency of CONCURRENCIES) {
        bench.progress(`round ${round} of ${bench.rounds}: ${concurrency} orders at a time`);
        await bench.server.settle();
        loads.get(concurrency)?.push(await shop.measure(concurrency));
      }
      bench.progress(`round ${round} of ${bench.rounds}: the same statements without the application`);
      floors.push(await floor.measure());
    }
    const outcome = outcomeOf(mix, loads, floor, floors);
    if (bench.profileFolder === undefined) return outcome;
    await shop.close();
    bench.progress('profiling the application');
    const profile = new RemoteProfile(bench.profileFolder, 'orders');
    const profiledShop = await ShopUnderLoad.open(bench, database, mix, {
      customerIds,
      nodeArguments: profile.nodeArguments,
      settings: profile.settings,
    });
    const tables = profileTables(
      'orders-profile',
      'The application under the order load',
      await profiledShop.profile(RECORDED_CONCURRENCY, profile),
    );
    return { ...outcome, tables: [...outcome.tables, ...tables] };
  },
};

function outcomeOf(
  mix: OrderMix,
  loads: ReadonlyMap<number, LoadFigures[]>,
  floor: OrderFloor,
  floors: readonly FloorFigures[],
): Outcome {
  const rows = [...loads].map(([concurrency, turns]) => loadRow(`${concurrency} at a time`, turns));
  const floorRow = rowOf('raw SQL', '', floors, (turn) => ({
    ...turn,
    statements: floor.statementsPerOrder,
    transactions: floor.transactionsPerOrder,
    busyCores: ((turn.databaseCpuMs + turn.senderCpuMs) * turn.ordersPerSecond) / 1_000,
    walKbPerOrder: turn.walBytesPerOrder / 1_000,
  }));
  const best = Math.max(...rows.map((row) => median(row.figures.ordersPerSecond)));
  const compared = median((loads.get(RECORDED_CONCURRENCY) ?? []).map((turn) => turn.ordersPerSecond));
  return {
    tables: [
      {
        id: 'orders',
        title: 'Orders completed',
        columns: LOAD_COLUMNS,
        rows,
        plot: { kind: 'bars', column: 'ordersPerSecond' },
      },
      { id: 'orders-cpu', title: 'Processor time per order completed', columns: CPU_COLUMNS, rows },
      {
        id: 'orders-floor',
        title: 'The same statements without the application',
        columns: FLOOR_COLUMNS,
        rows: [floorRow],
      },
    ],
    verdicts: [
      atLeast('orders completed per second, whole fulfilment, HTTP included', WANTED, best, '/s'),
      atLeast(
        `orders completed, ${RECORDED_CONCURRENCY} at a time, beside raw SQL of the same statements`,
        1 / 3,
        compared / median(floorRow.figures.ordersPerSecond),
      ),
    ],
    notes: [
      `An order has ${mix.meanLines.toFixed(1)} lines on average. Processor time, transactions and WAL are those of everything that happened meanwhile, ` +
        'divided by the orders completed.',
      `The recording was made with ${RECORDED_CONCURRENCY} orders under way; it is replayed over ${floor.connections} connections. A transaction is sent when those ` +
        'before it that concern the same order, or move the same subscription on, are over; else it would not do the same work. ' +
        'The log is read by numbers of ticks, which come out differently each time, so that fewer messages are read than by the application, which makes the floor a little fast; where the waiting leaves cores idle, it is a little slow.',
    ],
  };
}

const loadRow = (variant: string, turns: readonly LoadFigures[]): Row =>
  rowOf('seamline', variant, turns, (turn) => {
    const cpuMs = turn.applicationCpuMs + turn.databaseCpuMs + turn.loadCpuMs;
    return {
      ...turn,
      cpuMs,
      busyCores: (cpuMs * turn.ordersPerSecond) / 1_000,
      walKbPerOrder: turn.walBytesPerOrder / 1_000,
    };
  });

function rowOf<Turn>(
  contestant: string,
  variant: string,
  turns: readonly Turn[],
  figuresOf: (turn: Turn) => Record<string, number>,
): Row {
  const figures: Record<string, number[]> = {};
  for (const turn of turns) {
    for (const [key, value] of Object.entries(figuresOf(turn))) (figures[key] ??= []).push(value);
  }
  return { contestant, variant, figures };
}
