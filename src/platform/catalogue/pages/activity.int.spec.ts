import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { Hosting } from '../../hosting/hosting';
import { Activity } from './activity';

describe('what was seen lately', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase(['shipping']);
  });

  afterAll(() => database?.close());

  it('are the messages of the modules at hand, by kind and version, and the subscriptions that read for them', async () => {
    const publish = (type: string, version: number, at: string): Promise<unknown> =>
      database.asAdministrator(
        'shipping',
        `insert into shipping.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_at)
         values (1, gen_random_uuid(), 'event', 'shipment', 'a', $1, $2, '{}', '{}', 0, 1, $3)`,
        [type, version, at],
      );
    await publish('shipping.shipment-prepared', 1, '2026-01-01T00:00:00Z');
    await publish('shipping.shipment-prepared', 1, '2026-01-02T00:00:00Z');
    await publish('shipping.shipment-prepared', 2, '2026-01-03T00:00:00Z');
    await database.asAdministrator(
      'shipping',
      `insert into shipping.subscriptions (subscription) values ('shipping.keep-address-book')`,
      [],
    );
    await database.asAdministrator(
      'shipping',
      `insert into shipping.subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq, moved_at)
       values ('shipping.keep-address-book', 'customers', 0, 0, 255, 1, 0, 0, '2026-01-04T00:00:00Z')`,
      [],
    );
    const activity = new Activity(database.databases, new Hosting(['customers', 'shipping'], ['shipping']));
    const name = 'shipping.shipment-prepared';
    expect(await activity.read()).toEqual({
      lastMessages: 10_000,
      notKnown: ['customers'],
      modules: [
        {
          module: 'shipping',
          published: [
            { name, version: 1, messages: 2, lastAt: '2026-01-02T00:00:00.000Z' },
            { name, version: 2, messages: 1, lastAt: '2026-01-03T00:00:00.000Z' },
          ],
          consumers: [
            {
              subscription: 'shipping.keep-address-book',
              log: 'customers',
              movedAt: '2026-01-04T00:00:00.000Z',
              running: false,
            },
          ],
        },
      ],
    });
    expect(activity.read()).toBe(activity.read());
  });
});
