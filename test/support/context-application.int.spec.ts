import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { ItemAdded } from '../../src/modules/catalog/contracts/item-added.event';
import { FindCustomer } from '../../src/modules/customers/contracts/find-customer.query';
import { OrderPlaced } from '../../src/modules/orders/contracts/order-placed.event';
import { OrdersModule } from '../../src/modules/orders/orders.module';
import { CreditReserved } from '../../src/modules/payments/contracts/credit-reserved.event';
import { PriceChanged } from '../../src/modules/pricing/contracts/price-changed.event';
import { type ContextApplication, startContext } from './context-application';

const FULFILMENT = 'orders.fulfilment';

@QueryHandler(FindCustomer)
class EveryCustomer implements IQueryHandler<FindCustomer> {
  execute({ customerId }: FindCustomer) {
    return Promise.resolve({ customerId, country: 'France', version: 1 });
  }
}

describe('a saga of a module that is started by itself', () => {
  let context: ContextApplication;

  beforeAll(async () => {
    context = await startContext('orders', OrdersModule, { standIns: { customers: EveryCustomer } });
    await context.deliver(new ItemAdded({ itemId: 'MUG', name: 'Mug', stockTracked: true }));
    await context.deliver(new PriceChanged({ itemId: 'MUG', unitPrice: { amount: 300, currency: 'GBP' } }));
  });

  afterAll(() => context?.close());

  const placed = async (): Promise<string> => {
    const body = { customerId: uuidv7(), currency: 'GBP', lines: [{ itemId: 'MUG', quantity: 1 }] };
    const { orderId } = (await context.http().post('/orders').send(body).expect(202)).body as {
      orderId: string;
    };
    const [{ payload }] = await context.logOf(orderId);
    await context.deliver(new OrderPlaced(payload as OrderPlaced));
    return orderId;
  };
  const sentFor = async (orderId: string): Promise<string[]> =>
    (await context.logOf(orderId)).map(({ type }) => type);

  it('goes on with each event that is delivered, and shows its state', async () => {
    const orderId = await placed();
    expect([await context.stateOf(FULFILMENT, orderId), await context.stateOf(FULFILMENT, uuidv7())]).toEqual(
      ['awaiting-credit', undefined],
    );
    await context.deliver(new CreditReserved({ orderId }));
    expect(await context.stateOf(FULFILMENT, orderId)).toBe('awaiting-stock');
    expect(await sentFor(orderId)).toEqual([
      'orders.order-placed',
      'payments.reserve-credit',
      'inventory.reserve-stock',
    ]);
  });

  it('is turned back by its deadline when that has passed, and not before', async () => {
    const orderId = await placed();
    await context.passMinutes(14);
    expect(await context.stateOf(FULFILMENT, orderId)).toBe('awaiting-credit');
    await context.passMinutes(2);
    expect(await context.stateOf(FULFILMENT, orderId)).toBe('undoing');
    expect(await sentFor(orderId)).toEqual([
      'orders.order-placed',
      'payments.reserve-credit',
      'payments.release-credit',
    ]);
    const answered = await placed();
    await context.deliver(new CreditReserved({ orderId: answered }));
    await context.passMinutes(14);
    expect(await context.stateOf(FULFILMENT, answered)).toBe('awaiting-stock');
  });
});
