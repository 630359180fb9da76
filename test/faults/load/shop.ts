import type { RigClient } from './rig-client';
import type { RigRecord } from './rig-record';

/**
 * The simulated payment provider declines totals that leave 13 when divided by 50; all other prices are
 * multiples of 50.
 */
const DECLINED = 13;
const PLENTY = 1_000_000;
const CURRENCY = 'GBP';

const GOODS = ['MUG', 'PLATE', 'BOWL', 'VASE', 'TRAY'];
const SERVICES = ['ADVICE', 'WRAPPING'];
/**
 * Changed all the time and never ordered, so that what each subscription makes of the news can be followed
 * one by one.
 */
const TALKED_ABOUT = ['NEWS-1', 'NEWS-2', 'NEWS-3', 'NEWS-4', 'NEWS-5', 'NEWS-6'];

/** What the load has to play with. */
export interface Shop {
  readonly customers: readonly string[];
  /** Its credit limit is below every price. */
  readonly poorCustomer: string;
  /** Moves house all the time and orders nothing. */
  readonly movers: readonly string[];
  readonly goods: readonly string[];
  readonly services: readonly string[];
  readonly talkedAbout: readonly string[];
  /** Goods and a service whose payment is declined when one of them is ordered alone. */
  readonly declinedGoods: string;
  readonly declinedService: string;
  /** There are a few of it and never enough. */
  readonly scarce: string;
}

/**
 * Registers customers and items, sets prices and receives stock, all through HTTP; and writes down what was
 * acknowledged.
 */
export async function openShop(client: RigClient, record: RigRecord): Promise<Shop> {
  const must = async (...[asked]: Parameters<RigClient['ask']>): Promise<Record<string, unknown>> => {
    const { status, body } = await client.ask(asked);
    if (status >= 300)
      throw new Error(
        `The shop could not be set up: ${asked.method} ${asked.path} was answered with ${status} ${JSON.stringify(body)}`,
      );
    return body;
  };
  const item = async (
    itemId: string,
    stockTracked: boolean,
    price: number,
    stock: number,
  ): Promise<string> => {
    // A repeated request meets the item of the first one; its key makes that the first answer.
    await must({
      method: 'POST',
      path: '/items',
      body: { itemId, name: itemId, stockTracked },
      key: `item-${itemId}`,
    });
    await must({
      method: 'PUT',
      path: `/prices/${itemId}`,
      body: { unitPrice: { amount: price, currency: CURRENCY } },
    });
    if (stock > 0)
      await must({
        method: 'POST',
        path: `/stock/${itemId}/receipts`,
        body: { quantity: stock },
        key: `stock-${itemId}`,
      });
    record.items.set(itemId, { stockTracked, price, received: stock });
    return itemId;
  };
  const customer = async (name: string, creditLimit: number): Promise<string> => {
    const address = { line1: 'at the beginning', city: 'Paris', country: 'France' };
    const { customerId } = (await must({
      method: 'POST',
      path: '/customers',
      body: { name, address },
      key: `customer-${name}`,
    })) as {
      customerId: string;
    };
    await must({
      method: 'PUT',
      path: `/credit-accounts/${customerId}`,
      body: { limit: { amount: creditLimit, currency: CURRENCY } },
    });
    record.customers.set(customerId, { creditLimit });
    return customerId;
  };
  const [
    customers,
    [poorCustomer],
    movers,
    goods,
    services,
    talkedAbout,
    [declinedGoods, declinedService, scarce],
  ] = await Promise.all([
    Promise.all(['Ada', 'Grace', 'Edsger', 'Barbara'].map((name) => customer(name, 1_000_000_000))),
    Promise.all([customer('Poor', 49)]),
    Promise.all(['Mover-1', 'Mover-2'].map((name) => customer(name, 1_000))),
    Promise.all(GOODS.map((id, index) => item(id, true, 250 + 50 * index, PLENTY))),
    Promise.all(SERVICES.map((id, index) => item(id, false, 1_000 + 50 * index, 0))),
    Promise.all(TALKED_ABOUT.map((id) => item(id, false, 50, 0))),
    Promise.all([
      item('CURSE', true, 2_000 + DECLINED, PLENTY),
      item('HEX', false, 3_000 + DECLINED, 0),
      item('RELIC', true, 500, 3),
    ]),
  ]);
  return {
    customers,
    poorCustomer,
    movers,
    goods,
    services,
    talkedAbout,
    declinedGoods,
    declinedService,
    scarce,
  };
}
