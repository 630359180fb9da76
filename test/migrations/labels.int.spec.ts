import { AttachLabels as LabelsOfCustomers } from '../../migrations/customers/0002-attach-labels';
import { AttachLabels as LabelsOfOrders } from '../../migrations/orders/0004-attach-labels';
import { ListOrdersByState } from '../../migrations/orders/0006-list-orders-by-state';
import { migratedDatabase } from '../support/migrated-database';

const ID = '01940000-0000-7000-8000-000000000001';
const TABLES = [
  {
    module: 'customers',
    table: 'customers',
    migrations: [new LabelsOfCustomers()],
    insertion: `insert into customers (customer_id, name, email, address, version) values ('${ID}', 'Ada', null, '{"country": "France"}', 1)`,
  },
  {
    module: 'orders',
    table: 'orders',
    migrations: [new LabelsOfOrders(), new ListOrdersByState()],
    insertion: `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)
      values ('${ID}', '${ID}', 'GBP', 5, 'placed', '[{}]', '[{}]', now(), 1)`,
  },
];

describe('what was there before clients could attach labels has none', () => {
  const { query, stepsOf } = migratedDatabase();

  it.each(TABLES)('$module', async ({ module, table, migrations, insertion }) => {
    const { up, down } = await stepsOf(module, ...migrations);
    const indexes = () =>
      query(`select indexname from pg_indexes where schemaname = $1 and tablename = $2 order by 1`, [
        module,
        table,
      ]);
    const later = await indexes();

    await down();
    expect(await indexes()).not.toEqual(later);
    await query(insertion);
    for (let again = 0; again < 2; again += 1) {
      await up();
      expect(await query(`select external_reference, metadata from ${table}`)).toEqual([
        { external_reference: null, metadata: {} },
      ]);
      expect(await indexes()).toEqual(later);
      if (again === 0) await down();
    }
    // An older version may write beside a newer one.
    await query(insertion.replaceAll(ID, ID.replace(/1$/, '2')));
    await query(
      `update ${table} set external_reference = 'A' where version = 1 and ${table.slice(0, -1)}_id = '${ID}'`,
    );
    await expect(query(`update ${table} set external_reference = 'A'`)).rejects.toMatchObject({
      code: '23505',
    });
    for (const wrong of [
      `external_reference = ''`,
      `external_reference = repeat('x', 101)`,
      `metadata = '[]'`,
      `metadata = null`,
    ])
      await expect(query(`update ${table} set ${wrong}`)).rejects.toThrow();
  });
});
