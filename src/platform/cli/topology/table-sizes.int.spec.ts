import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { tableSizes } from './table-sizes';

describe('the tables of a module', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase(['customers', 'shipping']);
  });

  afterAll(() => database?.close());

  it('are its own, each once, the log with its partitions', async () => {
    const shipping = database.databases.of('shipping');
    await database.databases.of('customers').query('select 1');
    const sizes = await tableSizes(shipping);
    const names = sizes.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['shipments', 'address_copies', 'outbox', 'subscription_positions']),
    );
    expect(names).toHaveLength(new Set(names).size);
    expect(names.filter((name) => /customers|outbox_/.test(name))).toEqual([]);
    const [{ bytes }] = await shipping.query<[{ bytes: number }]>(
      `select sum(pg_total_relation_size(relid))::float8 as bytes from pg_partition_tree('outbox')`,
    );
    expect(bytes).toBeGreaterThan(0);
    expect(sizes.find(({ name }) => name === 'outbox')).toEqual({
      name: 'outbox',
      rows: 0,
      bytes,
      copyOf: null,
    });
    expect(sizes.flatMap(({ name, copyOf }) => (copyOf === null ? [] : [[name, copyOf]]))).toEqual([
      ['address_copies', 'the addresses that customers owns. Personal data'],
    ]);
  });
});
