import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { startOfWindow } from '../log/log-position';
import { readWindows } from '../log/read-window';
import { MessageOperations } from './message-operations';

const [ORDERS, SHIPPING] = ['orders', 'shipping'];

describe('A message by its id', () => {
  let test: TestDatabase;
  let messages: MessageOperations;
  const databaseOf = (module: string) => test.databases.of(module);

  /** Appends a message whose id was made at some time, by a clock of its own. */
  async function publish(module: string, subject: string, msecs = Date.now()): Promise<string> {
    const id = uuidv7({ msecs });
    await databaseOf(module).query(
      `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
       select generation, $1, 'event', 'test', $2, $3, 2, '{"a":1}', '{"correlationId":"c","causationId":"d"}', 5, 9 from log_head`,
      [id, subject, `${module}.test`],
    );
    return id;
  }
  const tick = (module: string): Promise<unknown> => databaseOf(module).query('select take_tick()');

  beforeAll(async () => {
    test = await openTestDatabase([ORDERS, SHIPPING]);
    messages = new MessageOperations(test.databases);
  });
  afterAll(() => test.close());

  it('is found in the log of its module, with the place that readers know it by', async () => {
    const ids: string[] = [];
    for (const subject of ['one', 'two', 'three']) {
      ids.push(await publish(SHIPPING, subject));
      await tick(SHIPPING);
    }
    const read = await readWindows(databaseOf(SHIPPING), SHIPPING, startOfWindow(1, 0n), null, 10);
    expect(read.map(({ id }) => id)).toEqual(ids);
    for (const message of read) expect(await messages.find(message.id)).toEqual(message);
  });

  it('is found whatever the clock said that its id was made by', async () => {
    const HOUR = 3_600_000;
    const ids = [
      await publish(ORDERS, 'slow', Date.now() - HOUR),
      await publish(ORDERS, 'fast', Date.now() + HOUR),
    ];
    await tick(ORDERS);
    await publish(ORDERS, 'later');
    await tick(ORDERS);
    for (const id of ids) expect(await messages.find(id)).toMatchObject({ id, source: ORDERS });
  });

  it('is found before any reader has looked, and has the place then that it keeps', async () => {
    const id = await publish(ORDERS, 'new');
    const found = await messages.find(id);
    const [read] = (await readWindows(databaseOf(ORDERS), ORDERS, startOfWindow(1, 0n), null, 100)).slice(-1);
    expect(found).toEqual(read);
    expect(found.id).toBe(id);
  });

  it('is found where it is deferred, though its log is elsewhere', async () => {
    const id = uuidv7();
    const position = { generation: 1, tick: '7', seq: '8' };
    const stored = {
      id,
      type: 'catalog.item-added',
      version: 1,
      source: 'catalog',
      time: new Date(),
      position,
      data: {},
    };
    await databaseOf(ORDERS).query(`insert into subscriptions (subscription) values ('orders.keep-items')`);
    await databaseOf(ORDERS).query(
      `insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope)
       values ('orders.keep-items', 'catalog', 'k', 1, 7, 8, 1, 'parked', $1)`,
      [JSON.stringify(stored)],
    );
    expect(await messages.find(id)).toEqual({ ...stored, position: { generation: 1, tick: 7n, seq: 8n } });
  });

  it('is unknown where there is none', async () => {
    await expect(messages.find(uuidv7())).rejects.toMatchObject({
      code: 'ops.message-unknown',
      kind: 'unknown',
    });
  });

  it('is looked for among those of its time only, however long the log is', async () => {
    const admin = (sql: string): Promise<unknown> => test.asAdministrator(SHIPPING, sql);
    await admin(`
      insert into ${SHIPPING}.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
      select 1, gen_random_uuid(), 'event', 't', 's', 'shipping.test', 1, '{}', '{"correlationId":"c"}', 1, 1 from generate_series(1, 20000)`);
    await tick(SHIPPING);
    await admin(`update ${SHIPPING}.ticks set at = now() - interval '1 day'`);
    const id = await publish(SHIPPING, 'now');
    await tick(SHIPPING);
    const query = jest.spyOn(databaseOf(SHIPPING), 'query');
    await messages.find(id);
    const bounded = query.mock.calls.filter(([text]) => String(text).includes('from outbox'));
    expect(bounded).toHaveLength(1);
    expect(Number((bounded[0][1] as string[])[1])).toBeGreaterThanOrEqual(20_003);
    query.mockRestore();
  });
});
