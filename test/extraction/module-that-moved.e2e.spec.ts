import { openModuleDatabases } from '../../src/platform/database/data-sources';
import { rolePassword, withLogin } from '../../src/platform/database/roles';
import type { DatabaseTarget } from '../../src/platform/placement/database-target';
import { move, MODULE, newPlace, silent } from './places';
import { startTestApplication, type TestApplication } from '../support/application';
import { type Clone, createTestDatabase, type TestDatabase } from '../support/database';
import { entitiesOf } from '../support/modules';
import { Shop } from '../support/shop';
import { startTestServer } from '../support/test-server';

describe('shipping after it has moved to another server, and back', () => {
  let home: Clone;
  let other: Awaited<ReturnType<typeof startTestServer>>;
  let away: DatabaseTarget;
  let running: TestApplication | undefined;

  beforeAll(async () => {
    home = await createTestDatabase();
    other = await startTestServer();
    away = newPlace(other.adminUrl);
  });
  afterAll(async () => {
    await running?.stop();
    await running?.database.databases.close();
    await home?.drop();
    await other?.stop();
  });

  /** The whole application, with shipping's data in one of the two places, for as long as `work` takes. */
  const withShippingIn = async (
    place: DatabaseTarget,
    work: (shop: Shop) => Promise<void>,
  ): Promise<void> => {
    const loginTo = (role: string): string =>
      withLogin(place.adminUrl, role, rolePassword(place.secret, role));
    const shipping = {
      module: MODULE,
      url: loginTo(place.roles.of(MODULE)),
      auditorUrl: loginTo(place.roles.auditor),
    };
    const connections = home.connections.map((connection) =>
      connection.module === MODULE ? shipping : connection,
    );
    const databases = await openModuleDatabases(connections, entitiesOf, {
      poolSize: 5,
      leaseMs: 30_000,
      log: silent,
    });
    running = await startTestApplication({}, {
      ...home,
      databases,
      booksUrl: async () => home.connections[0].auditorUrl,
    } as TestDatabase);
    await work(new Shop(running));
    await running.stop();
    await databases.close();
    running = undefined;
  };

  it('goes on with the orders that were under way, and with what it had not been told yet', async () => {
    const orders: Record<'packed' | 'untold' | 'later', string> = { packed: '', untold: '', later: '' };
    const line = { itemId: '', quantity: 2 };
    let customerId = '';
    await withShippingIn(home, async (shop) => {
      [customerId, line.itemId] = [await shop.customer(), await shop.goods(100)];
      orders.packed = await shop.placed(customerId, line);
      await shop.reaches(orders.packed, 'awaiting-dispatch');
      await shop.parcel(orders.packed);
      await shop.pause('shipping.commands');
      orders.untold = await shop.placed(customerId, line);
      await shop.reaches(orders.untold, 'awaiting-dispatch');
    });

    expect(
      (await move(home, away, { copy: 'replication', readers: [{ module: 'orders', place: home }] })).same,
    ).toBe(true);
    await withShippingIn(away, async (shop) => {
      await shop.complete(orders.packed);
      await shop.resume('shipping.commands');
      await shop.dispatch(orders.untold);
      orders.later = await shop.placed(customerId, line);
      await shop.reaches(orders.later, 'awaiting-dispatch');
    });

    const { positions } = await move(away, home, {
      copy: 'replication',
      readers: [
        { module: 'orders', place: home },
        { module: 'inventory', place: home },
      ],
    });
    expect(
      new Set(positions.filter(({ log }) => log === MODULE).map(({ subscription }) => subscription)),
    ).toEqual(new Set(['orders.fulfilment', 'inventory.dispatch-stock', 'inventory.settle-parcels']));
    await withShippingIn(home, async (shop) => {
      const { items } = await shop.see<{ items: { shipmentId: string }[] }>(
        `/shipments?orderId=${orders.untold}`,
      );
      await shop.report(items[0].shipmentId, 'delivered');
      await shop.reaches(orders.untold, 'completed');
      await shop.complete(orders.later);
      await shop.complete(await shop.placed(customerId, line));
      await shop.comesToRest();
      await shop.booksAddUp();
    });
  });
});
