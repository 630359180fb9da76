import { randomBytes } from 'node:crypto';
import { withClient } from '../../src/platform/database/admin-client';
import { withDatabase } from '../../src/platform/database/roles';
import { eventually } from '../support/eventually';
import { HostProcess } from '../support/host-process';
import { moduleNames } from '../support/modules';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { PATIENT } from '../support/patient';

const SERVER = withDatabase(process.env.SEAMLINE_TEST_ADMIN_URL ?? '', 'postgres');
const ITEM = 'ENGRAVING';

/** The modules of the process that is replaced, and of the one that is there all the time. */
const APART = {
  where: 'with orders apart',
  others: moduleNames.filter((module) => module !== 'orders'),
  replaced: ['orders'],
};
const TOGETHER = { where: 'in one process', others: [], replaced: moduleNames };
/** Streams and calls are in the one, and less is in the other: `ACCEPTANCE=whole` plays both. */
const PLACES = process.env.ACCEPTANCE === 'whole' ? [TOGETHER, APART] : [APART];

describeWithNats('A release with a new version of a message', () => {
  let broker: NatsServer;
  beforeAll(async () => void (broker = await NatsServer.start()));
  afterAll(() => broker?.stop());

  describe.each(PLACES)('takes over from the one before, $where', ({ others, replaced }) => {
    const name = `rolling_${randomBytes(6).toString('hex')}`;
    const adminUrl = withDatabase(SERVER, name);
    const running: HostProcess[] = [];

    const launch = async (modules: readonly string[], ...preload: string[]): Promise<HostProcess> => {
      const settings = {
        ...PATIENT,
        MESSAGING_POLL_INTERVAL_MS: '50',
        DATABASE_URL: adminUrl,
        DATABASE_ADMIN_URL: adminUrl,
        DATABASE_ROLE_SECRET: 'a secret for this test',
        ...(others.length > 0 && { MODULES: modules.join(), NATS_URL: broker.url }),
      };
      const started = await HostProcess.in({ settings, preload, readyWithinMs: 150_000 });
      running.push(started);
      await started.start();
      return started;
    };
    const rowsOf = <Row extends object>(sql: string): Promise<Row[]> =>
      withClient(adminUrl, 'test', async (client) => (await client.query<Row>(sql)).rows);

    afterAll(async () => {
      await Promise.all(running.map((one) => one.terminate()));
      await withClient(SERVER, 'test', async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
        const roles = 'select rolname from pg_roles where starts_with(rolname, $1)';
        const { rows } = await client.query<{ rolname: string }>(roles, [`${name}_`]);
        for (const { rolname } of rows) await client.query(`drop role ${rolname}`);
      });
    });

    const send = async (to: HostProcess, method: string, path: string, body: object) => {
      const answer = await fetch(`${to.url}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as { customerId: string; orderId: string };
    };

    it('under load: no message is parked or lost', async () => {
      const [before] = await Promise.all([
        launch(replaced, 'test/support/version-before.ts'),
        others.length > 0 && launch(others),
      ]);
      const { customerId } = await send(before, 'POST', '/customers', {
        name: 'Ada',
        address: { country: 'France' },
      });
      await send(before, 'POST', '/items', { itemId: ITEM, name: ITEM, stockTracked: false });
      await send(before, 'PUT', `/prices/${ITEM}`, { unitPrice: { amount: 1, currency: 'GBP' } });

      const order = {
        customerId,
        currency: 'GBP',
        lines: [{ itemId: ITEM, quantity: 1 }],
        salesChannel: 'wholesale',
      };
      const placed: string[] = [];
      let takers = [before];
      let isOver = false;
      const load = Promise.all(
        Array.from({ length: 4 }, async (_, client) => {
          for (let number = client; !isOver; number += 1)
            placed.push((await send(takers[number % takers.length], 'POST', '/orders', order)).orderId);
        }),
      );
      load.catch(() => undefined);
      const more = (): Promise<void> => {
        const enough = placed.length + 20;
        return eventually(() => expect(placed.length).toBeGreaterThan(enough), 60_000);
      };
      await more();
      const after = await launch(replaced);
      takers = [before, after];
      await more();
      takers = [after];
      await before.terminate();
      await more();
      isOver = true;
      await load;

      await eventually(async () => {
        const unfinished = `select state, count(*)::int from orders.orders where state <> 'completed' group by 1`;
        expect(await rowsOf(unfinished)).toEqual([]);
      }, 60_000);
      expect(await rowsOf('select count(*)::int as orders from orders.orders')).toEqual([
        { orders: placed.length },
      ]);
      for (const module of moduleNames)
        expect(await rowsOf(`select state, error from ${module}.deferred_messages`)).toEqual([]);
      const versions = `select distinct version, payload ->> 'salesChannel' as channel, headers ->> 'readableSince' as since
        from orders.outbox where type = 'orders.order-placed' order by version`;
      expect(await rowsOf(versions)).toEqual([
        { version: 1, channel: null, since: null },
        { version: 2, channel: 'wholesale', since: '1' },
      ]);
    });
  });
});
