import { AppModule } from '../../src/app.module';
import { topologyOf } from '../../src/platform/topology/topology';
import { type ApplicationInThisProcess, startInThisProcess } from '../support/application-in-this-process';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { moduleNames } from '../support/modules';
import { Shop } from '../support/shop';

describeWithNats('shipping in a process of its own', () => {
  let broker: NatsServer;
  let main: ApplicationInThisProcess;
  let shipping: ApplicationInThisProcess;
  let shop: Shop;

  beforeAll(async () => {
    broker = await NatsServer.start();
    const NATS_URL = broker.url;
    main = await startInThisProcess({
      MODULES: moduleNames.filter((module) => module !== 'shipping').join(),
      NATS_URL,
    });
    shipping = await startInThisProcess({ MODULES: 'shipping', NATS_URL }, main.database);
    shop = new Shop(main);
  });

  afterAll(async () => {
    await shipping?.stop();
    await main?.close();
    await broker?.stop();
  });

  const subscriptionsOf = async (application: ApplicationInThisProcess): Promise<string[]> => {
    const { body } = await application.ops().get('/subscriptions').expect(200);
    return [
      ...new Set((body.items as { subscription: string }[]).map(({ subscription }) => subscription)),
    ].sort();
  };

  it('runs the subscriptions of its module and no others, the commands that a saga sends it from elsewhere among them', async () => {
    await eventually(async () =>
      expect(await subscriptionsOf(shipping)).toEqual(['shipping.commands', 'shipping.keep-address-book']),
    );
    await eventually(async () =>
      expect(await subscriptionsOf(main)).toEqual(
        topologyOf(AppModule)
          .subscriptions.filter(({ module }) => module !== 'shipping')
          .map(({ definition }) => definition.name)
          .sort(),
      ),
    );
  });

  it('ships what is ordered from another process', async () => {
    const customerId = await shop.customer();
    // An address that has not come over yet would be asked for from customers, which is another part's to
    // try.
    await eventually(async () => {
      const [{ known }] = await main.database.databases
        .of('shipping')
        .query<[{ known: boolean }]>(
          'select exists(select from address_copies where customer_id = $1) as known',
          [customerId],
        );
      expect(known).toBe(true);
    });
    const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
    await shop.reaches(orderId, 'awaiting-dispatch');
    const other = new Shop(shipping);
    await other.report(await other.dispatch(orderId), 'delivered');
    await shop.reaches(orderId, 'completed');
    await shop.booksAddUp();
  });

  it('knows how far it is behind the log of another process', async () => {
    const lag = async (): Promise<number> => {
      const { body } = await shipping.ops().get('/subscriptions').expect(200);
      const groups = (body.items as { subscription: string; lag: number }[]).filter(
        ({ subscription }) => subscription === 'shipping.keep-address-book',
      );
      return groups.reduce((sum, group) => sum + group.lag, 0);
    };
    await new Shop(shipping).pause('shipping.keep-address-book');
    await shop.customer();
    await eventually(async () => expect(await lag()).toBe(1));
    await eventually(async () =>
      expect((await shipping.ops().get('/pending-work').expect(200)).body).toMatchObject({
        quiescent: false,
        lag: 1,
        unreachableLogs: 0,
      }),
    );
    await new Shop(shipping).resume('shipping.keep-address-book');
    await eventually(async () => expect(await lag()).toBe(0));
  });

  it('keeps nobody from looking at deadlines: a log in another process ends where it was read to', async () => {
    const itemId = await shop.goods(100);
    await shop.pause('payments.commands');
    const orderId = await shop.placed(await shop.customer(), { itemId, quantity: 1 });
    await shop.reaches(orderId, 'awaiting-credit');
    await main.clock.moveMinutes(16);
    await shop.reaches(orderId, 'undoing');
    await shop.resume('payments.commands');
    const { history } = await shop.reaches(orderId, 'cancelled');
    expect(history.at(-1)).toMatchObject({ reason: 'credit-not-answered' });
  });
});
