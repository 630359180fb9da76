import { NoteSalesChannel } from '../../migrations/orders/0007-note-sales-channel';
import { WaitForVersion } from '../../migrations/platform/0034-wait-for-version';
import { migratedDatabase } from '../support/migrated-database';

const ID = '01940000-0000-7000-8000-000000000001';
const INSERTION = `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)
  values ('${ID}', '${ID}', 'GBP', 5, 'placed', '[{}]', '[{}]', now(), 1)`;
const OTHER = { kind: 'table', name: 'deferred_messages', column: 'state', privilege: 'UPDATE' };

describe('what was there before messages had other versions', () => {
  const { query, stepsOf } = migratedDatabase();

  it('is an order that does not say where it was sold, as is one that an older version places', async () => {
    const { up, down } = await stepsOf('orders', new NoteSalesChannel());
    await down();
    await query(INSERTION);
    for (let again = 0; again < 2; again += 1) {
      await up();
      expect(await query('select sales_channel from orders')).toEqual([{ sales_channel: 'unknown' }]);
      if (again === 0) await down();
    }
    await query(INSERTION.replaceAll(ID, ID.replace(/1$/, '2')));
    expect(await query('select distinct sales_channel from orders')).toEqual([{ sales_channel: 'unknown' }]);
  });

  it('is a parked message that waits for an operator, and rights to write that are withheld', async () => {
    const { up, down } = await stepsOf('shipping', new WaitForVersion());
    await down();
    await query(
      `insert into subscriptions (subscription) values ('shipping.commands') on conflict do nothing`,
    );
    await query(`insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope)
      values ('shipping.commands', 'orders', 'a', 1, 2, 3, 4, 'parked', '{"id": "x"}')`);
    await query(`update placement set state = 'fenced', elsewhere = '"there"', withheld = $1`, [
      JSON.stringify([OTHER]),
    ]);
    await query(`set seamline.runtime_role = 'r'`);
    await up();
    expect(await query('select wants_version from deferred_messages')).toEqual([{ wants_version: null }]);
    const mine = {
      kind: 'table',
      name: 'deferred_messages',
      column: 'wants_version',
      grantee: 'r',
      grantable: false,
    };
    const withheld = (): Promise<unknown[]> => query('select withheld from placement');
    expect(await withheld()).toEqual([
      { withheld: [OTHER, { ...mine, privilege: 'INSERT' }, { ...mine, privilege: 'UPDATE' }] },
    ]);
    await down();
    expect(await withheld()).toEqual([{ withheld: [OTHER] }]);
  });
});
