import fc from 'fast-check';
import { ReceiveStock } from '../../src/modules/inventory/contracts/receive-stock.command';
import { ReturnedItem } from '../../src/modules/orders/contracts/return-items.command';
import { ReportLoss } from '../../src/modules/shipping/contracts/report-loss.command';
import { ReportRefusal } from '../../src/modules/shipping/contracts/report-refusal.command';
import { ReportReturn } from '../../src/modules/shipping/contracts/report-return.command';
import { MinutesPass, OrderIsPlaced } from './order-steps';
import { LATE, TWICE, type Shop } from './shop';

const line = (itemId: string, quantity: number, unitPrice: number, stockTracked = true) => ({
  itemId,
  quantity,
  unitPrice,
  stockTracked,
});

/** What people order. Stock and credit are enough for some of it only. */
const BASKETS = {
  'a mug': { customerId: 'Ada', lines: [line('MUG', 1, 300)] },
  'mugs, and post': {
    customerId: 'Ada',
    lines: [line('MUG', 2, 200), line('POST', 1, 50, false), line('MUG', 1, 100)],
  },
  'a pot and a mug': { customerId: 'Cleo', lines: [line('POT', 1, 700), line('MUG', 1, 300)] },
  'services only': { customerId: 'Ada', lines: [line('POST', 3, 150, false)] },
  'a mug, in euros': { customerId: 'Ada', currency: 'EUR', lines: [line('MUG', 1, 800)] },
  'too dear': { customerId: 'Ada', lines: [line('MUG', 1, 1_001)] },
  'out of stock': { customerId: 'Cleo', lines: [line('GOLD', 9, 1)] },
  'to nowhere': { customerId: 'Bob', lines: [line('MUG', 1, 300)] },
} as const;

const MOST_ORDERS = 3;

/** Everything that a run has to come across in the end, or it has proved little. */
export const EVERYTHING = [
  'placed',
  'awaiting-credit',
  'awaiting-stock',
  'awaiting-payment',
  'awaiting-dispatch',
  'awaiting-delivery',
  'capturing',
  'awaiting-delivery: dispatched-before-cancellation',
  'releasing-credit',
  'completed',
  'rejected: credit-refused',
  'rejected: stock-refused',
  'undoing: stock-refused',
  ...[
    'cancelled-by-customer',
    'payment-declined',
    'no-address',
    'credit-not-answered',
    'stock-not-answered',
    'payment-not-answered',
    'parcel-refused',
    'parcel-lost',
    'parcel-returned',
  ].flatMap((reason) => [`undoing: ${reason}`, `cancelled: ${reason}`]),
  'cancelling: cancelled-by-customer',
  ...TWICE,
  ...LATE,
  'orders.not-cancellable',
  'orders.return.order-not-completed',
  'orders.return.refused',
  'shipping.shipment-unknown',
  'shipping.shipment-not-dispatchable',
  'shipping.shipment-not-under-way',
];

type ShopCommand = fc.AsyncCommand<object, Shop>;

class Do implements ShopCommand {
  constructor(
    private readonly what: string,
    private readonly act: (shop: Shop) => Promise<unknown>,
  ) {}

  check = (): boolean => true;
  toString = (): string => this.what;

  async run(_: object, shop: Shop): Promise<void> {
    await this.act(shop);
  }
}

const position = fc.nat(11);
const what = (name: string, act: (shop: Shop, position: number) => Promise<unknown>): fc.Arbitrary<Do> =>
  position.map((at) => new Do(`${name}(${at})`, (shop) => act(shop, at)));
const toOrder = (
  name: string,
  act: (shop: Shop, order: OrderIsPlaced) => Promise<unknown>,
): fc.Arbitrary<Do> =>
  fc
    .nat(MOST_ORDERS - 1)
    .map((at) => new Do(`${name}(${at})`, async (shop) => shop.placed[at] && act(shop, shop.placed[at])));

const place = fc.constantFrom(...(Object.keys(BASKETS) as (keyof typeof BASKETS)[])).map(
  (basket) =>
    new Do(`place(${basket})`, async (shop) => {
      const {
        customerId,
        lines,
        currency,
      }: { customerId: string; lines: OrderIsPlaced['lines']; currency?: string } = BASKETS[basket];
      if (shop.placed.length < MOST_ORDERS)
        await shop.place(new OrderIsPlaced(`order-${shop.placed.length}`, customerId, lines, currency));
    }),
);
const receive = fc
  .constantFrom('MUG', 'MUG', 'POT')
  .map(
    (itemId) =>
      new Do(`receive(2 ${itemId})`, (shop) =>
        shop.tell('inventory', new ReceiveStock({ itemId, quantity: 2 })),
      ),
  );
const deliver = what('deliver', (shop, at) => shop.deliver(at));
const deliverSome = fc.integer({ min: 2, max: 6 }).map(
  (count) =>
    new Do(`deliver the next ${count}`, async (shop) => {
      for (let left = count; left > 0; left -= 1) await shop.deliver(0);
    }),
);
const deliverAgain = fc
  .oneof(fc.nat(3), fc.nat(60))
  .map((at) => new Do(`deliver again(${at})`, (shop) => shop.deliverAgain(at)));
const newsAgain = fc
  .nat(5)
  .map((at) => new Do(`deliver news of a parcel again(${at})`, (shop) => shop.deliverAgain(at, true)));
const rest = fc.constant(new Do('come to rest', (shop) => shop.comeToRest()));
const call = what('call provider', (shop, at) => shop.callProvider(at));
const answer = fc
  .record({ at: position, declines: fc.constantFrom(false, false, false, true) })
  .map(
    ({ at, declines }) =>
      new Do(`provider ${declines ? 'declines' : 'answers'}(${at})`, (shop) =>
        shop.providerAnswers(at, declines),
      ),
  );
const time = fc
  .constantFrom(1, 14, 15, 30)
  .map((minutes) => new Do(`${minutes} min`, (shop) => shop.tell('orders', new MinutesPass(minutes))));
const deadlines = fc.constant(new Do('look at deadlines', (shop) => shop.lookAtDeadlines()));
const cancel = toOrder('cancel', (shop, order) => shop.cancel(order));
const dispatch = toOrder('dispatch', (shop, order) => shop.dispatch(order));
const race = toOrder('dispatch while cancelling', async (shop, order) => {
  await shop.cancel(order);
  await shop.dispatch(order);
});
const delivered = toOrder('delivered', (shop, order) => shop.report(order, 'delivered'));
const notDelivered = toOrder('not delivered', (shop, order) => shop.report(order, 'failed'));
const REPORTS = [ReportRefusal, ReportLoss, ReportReturn];
const astray = REPORTS.map((Report) => toOrder(Report.name, (shop, order) => shop.goesAstray(order, Report)));
/** A parcel leaves as soon as it can, does not arrive, and that is heard of: rare enough by chance. */
const leavesAndGoesAstray = REPORTS.map((Report) =>
  toOrder(`leaves, and ${Report.name}`, async (shop, order) => {
    await shop.deliverAll();
    await shop.dispatch(order);
    await shop.goesAstray(order, Report);
    await shop.deliverAll();
  }),
);
const takeBack = fc
  .record({
    at: fc.nat(MOST_ORDERS - 1),
    itemId: fc.constantFrom('MUG', 'MUG', 'POST'),
    quantity: fc.constantFrom(1, 1, 2, 3),
  })
  .map(
    ({ at, itemId, quantity }) =>
      new Do(`return(${quantity} ${itemId} of ${at})`, async (shop) => {
        if (shop.placed[at]) await shop.takeBack(shop.placed[at], [ReturnedItem.of(itemId, quantity)]);
      }),
  );

/** How often each kind of command comes, beside the others. */
const WEIGHTED: readonly (readonly [number, fc.Arbitrary<Do>])[] = [
  ...([
    [6, place],
    [5, receive],
    [20, deliver],
    [13, deliverSome],
    [11, deliverAgain],
    [3, newsAgain],
    [8, call],
    [8, answer],
    [2, rest],
  ] as const),
  ...([
    [3, time],
    [4, deadlines],
    [3, cancel],
    [5, dispatch],
    [2, race],
    [5, delivered],
    [1, notDelivered],
    ...[...astray, ...leavesAndGoesAstray].map((report) => [1, report] as const),
    [5, takeBack],
  ] as const),
];

/**
 * Sequences of everything that can happen to orders, with their messages late, early, twice and in any order.
 */
export const shopCommands = (maxCommands: number): fc.Arbitrary<Iterable<ShopCommand>> =>
  fc.commands<object, Shop, false>(
    WEIGHTED.flatMap(([weight, command]) => Array.from({ length: weight }, () => command)),
    { maxCommands, size: 'max' },
  );
