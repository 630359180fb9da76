import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { messageCounts } from './message-counts';

describe('the messages of a log since a moment', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase(['shipping']);
  });

  afterAll(() => database?.close());

  it('are found by time where no tick lies before it, and from the last tick on where one does', async () => {
    const shipping = database.databases.of('shipping');
    const write = (type: string, at: Date): Promise<unknown> =>
      database.asAdministrator(
        'shipping',
        `insert into shipping.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_at)
         values (1, gen_random_uuid(), 'event', 'shipment', 'a', $1, 1, '{}', '{}', 0, 1, $2)`,
        [type, at],
      );
    const begun = new Date();
    const [before, after] = [new Date(begun.getTime() - 1_000), new Date(begun.getTime() + 60_000)];
    await write('shipping.shipment-prepared', before);
    await write('shipping.shipment-dispatched', after);
    await write('shipping.shipment-dispatched', after);
    expect(await messageCounts(shipping, begun)).toEqual(new Map([['shipping.shipment-dispatched', 2]]));
    expect(await messageCounts(shipping, new Date(0))).toEqual(
      new Map([
        ['shipping.shipment-dispatched', 2],
        ['shipping.shipment-prepared', 1],
      ]),
    );
    await shipping.query('select take_tick()');
    await write('shipping.shipment-failed', after);
    // What the tick covers lies before it and is not looked at, whatever time it carries.
    expect(await messageCounts(shipping, after)).toEqual(new Map([['shipping.shipment-failed', 1]]));
  });
});
