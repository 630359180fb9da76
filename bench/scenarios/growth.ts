import { fillLog } from '../growth/fill-log';
import { GrowingLog } from '../growth/growing-log';
import { samplesOfCatchUp } from '../growth/memory';
import { beginningOfLog, endOfLog, moveSubscriptions } from '../growth/positions';
import { MODULE } from '../contestants/seamline/bench-module';
import { FAULTS, RATE } from '../harness/columns';
import { atLeast, atMost, type Column, type Outcome, type Table, type Verdict } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { backlogSize } from '../harness/sizes';
import { ratio, takeTurns } from '../harness/turns';
import { OrderMix } from '../orders/order-mix';
import { ShopUnderLoad } from '../orders/shop-under-load';
import { profileTables } from '../profile/profile-tables';
import { profiled } from '../profile/profiler';

const MILLION = 1_000_000;
/** Smaller than it says where turns are shorter than this: to see that everything works. */
const FULL_SIZE_SECONDS = 5;
const SUBSCRIPTIONS = [1, 10, 100];
const SEED = 20_101_201;
const CONCURRENCY = 64;
/** As flat as what comes out differently from one turn to the next. */
const FLAT = 0.9;
const MEMORY_POINTS = 10;

const CONTESTANT = { name: 'seamline' };
const ORDER_COLUMNS: readonly Column[] = [
  { key: 'ordersPerSecond', title: 'completed', unit: '/s', decimals: 1, show: 'median' },
  { key: 'latencyP50', title: 'p50', unit: 'ms', show: 'median' },
  { key: 'latencyP99', title: 'p99', unit: 'ms', show: 'median' },
];
const MEMORY_COLUMNS: readonly Column[] = [
  { key: 'rssMb', title: 'memory of the process', unit: 'MB', show: 'median' },
  { key: 'heapMb', title: 'of that JavaScript objects', unit: 'MB', show: 'median' },
];

interface Part {
  tables: Table[];
  verdicts: Verdict[];
}

export const growth: Scenario = {
  name: 'growth',
  title: 'With a log that has grown',
  about:
    'The same drain and the same order load on a log that is empty and on one that holds messages that were handled long ago, put there by SQL in windows of 1,000; ' +
    'the same deliveries spread over more subscriptions; and the memory of a process whose subscription handles a million messages from the beginning.',

  async run(bench: Bench): Promise<Outcome> {
    const million = bench.seconds < FULL_SIZE_SECONDS ? MILLION / 20 : MILLION;
    const sizes = bench.full ? [0, million, 10 * million] : [0, million];
    const parts = [
      await drains(bench, sizes),
      await manySubscriptions(bench),
      await orderLoads(bench, sizes),
    ];
    return {
      tables: parts.flatMap(({ tables }) => tables),
      verdicts: parts.flatMap(({ verdicts }) => verdicts),
      notes: [
        'Rates of several subscriptions are deliveries, all subscriptions together; each handles all messages that wait.',
        `Flat means at least ${FLAT} of the rate with an empty log, or with one subscription.`,
      ],
    };
  },
};

const sizeName = (size: number): string => `${size.toLocaleString('en-GB')} in the log`;

async function drains(bench: Bench, sizes: readonly number[]): Promise<Part> {
  const waiting = backlogSize(bench);
  const logs: GrowingLog[] = [];
  for (const filled of sizes) logs.push(await GrowingLog.open(bench, { filled, subscriptions: 1, waiting }));
  const entries = logs.map((log) => ({ contestant: CONTESTANT, variant: sizeName(log.options.filled), log }));
  const rows = await takeTurns(bench, entries, async ({ log }) => {
    await bench.server.settle();
    return log.drain();
  });
  const profiles =
    bench.profileFolder === undefined
      ? []
      : profileTables(
          'drain-profile',
          'This process while it drains',
          await profiled(bench.profileFolder, 'drain', () => logs[0].drain()),
        );
  const memory = await memoryTable(bench, logs[1], logs[1].options.filled + waiting);
  return {
    tables: [
      {
        id: 'growth-drain',
        title: `Draining ${waiting.toLocaleString('en-GB')} messages`,
        columns: [RATE, ...FAULTS],
        rows,
        plot: { kind: 'bars', column: 'rate' },
      },
      memory,
      ...profiles,
    ],
    verdicts: [...flat('draining', 'rate', rows), memoryVerdict(memory)],
  };
}

async function manySubscriptions(bench: Bench): Promise<Part> {
  const entries = [];
  for (const subscriptions of SUBSCRIPTIONS) {
    const waiting = Math.ceil(backlogSize(bench) / subscriptions);
    const log = await GrowingLog.open(bench, { filled: 0, subscriptions, waiting });
    entries.push({
      contestant: CONTESTANT,
      variant: `${subscriptions} of them, ${waiting.toLocaleString('en-GB')} messages each`,
      log,
    });
  }
  const rows = await takeTurns(bench, entries, async ({ log }) => {
    await bench.server.settle();
    return log.drain();
  });
  return {
    tables: [
      {
        id: 'growth-subscriptions',
        title: 'Subscriptions to one log',
        columns: [{ ...RATE, title: 'deliveries' }, ...FAULTS],
        rows,
        plot: { kind: 'bars', column: 'rate' },
      },
    ],
    verdicts: flat('deliveries', 'rate', rows),
  };
}

/** The memory at the same distances on the way through the log. */
async function memoryTable(bench: Bench, log: GrowingLog, count: number): Promise<Table> {
  await moveSubscriptions(log.url, MODULE, await beginningOfLog(log.url, MODULE));
  const samples = await samplesOfCatchUp(bench, log.url, count);
  const rows = Array.from({ length: MEMORY_POINTS }, (_, index) => {
    const handled = Math.round((count * (index + 1)) / MEMORY_POINTS);
    const within = samples.filter(
      (sample) => sample.handled > (count * index) / MEMORY_POINTS && sample.handled <= handled,
    );
    return {
      contestant: CONTESTANT.name,
      variant: `up to ${handled.toLocaleString('en-GB')}`,
      figures: { rssMb: within.map(({ rssMb }) => rssMb), heapMb: within.map(({ heapMb }) => heapMb) },
    };
  });
  return {
    id: 'growth-memory',
    title: 'Memory while one subscription handles the whole log',
    columns: MEMORY_COLUMNS,
    rows: rows.filter(({ figures }) => figures.rssMb.length > 0),
    plot: { kind: 'lines-over-variants', column: 'rssMb' },
  };
}

/** The process takes what it needs at the beginning; after that it must not go on taking. */
function memoryVerdict({ rows }: Table): Verdict {
  const most = rows.map(({ figures }) => Math.max(...figures.rssMb));
  const half = Math.ceil(most.length / 2);
  return atMost(
    'memory while catching up, second half beside the first',
    1.1,
    Math.max(...most.slice(half)) / Math.max(...most.slice(0, half)),
  );
}

async function orderLoads(bench: Bench, sizes: readonly number[]): Promise<Part> {
  const mix = await OrderMix.read(SEED);
  const entries = [];
  for (const filled of sizes) {
    const database = await bench.server.createDatabase(`growing_orders_${filled}`);
    bench.defer(() => database.drop());
    const shop = await ShopUnderLoad.open(bench, database, mix);
    const customerIds = shop.customers;
    await shop.close();
    if (filled > 0) {
      await fillLog(database.url, 'orders', filled, (done) =>
        bench.progress(`filling the log of orders: ${done} of ${filled} messages`),
      );
      await moveSubscriptions(database.url, 'orders', await endOfLog(database.url, 'orders'));
    }
    entries.push({ contestant: CONTESTANT, variant: sizeName(filled), database, customerIds });
  }
  const rows = await takeTurns(bench, entries, async ({ database, customerIds }) => {
    await bench.server.settle();
    const shop = await ShopUnderLoad.open(bench, database, mix, { customerIds });
    const { ordersPerSecond, latencyP50, latencyP99 } = await shop.measure(CONCURRENCY);
    await shop.close();
    return { ordersPerSecond, latencyP50, latencyP99 };
  });
  return {
    tables: [
      {
        id: 'growth-orders',
        title: `Orders completed, ${CONCURRENCY} at a time`,
        columns: ORDER_COLUMNS,
        rows,
        plot: { kind: 'bars', column: 'ordersPerSecond' },
      },
    ],
    verdicts: flat('orders completed', 'ordersPerSecond', rows),
  };
}

function flat(what: string, key: string, rows: Parameters<typeof ratio>[0]): Verdict[] {
  const [first, ...others] = rows;
  return others.map((row) =>
    atLeast(`${what}, ${row.variant}, beside ${first.variant}`, FLAT, ratio(rows, key, row, first)),
  );
}
