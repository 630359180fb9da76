import { GoodsOfParcelsThatDoNotArrive } from '../../migrations/inventory/0003-goods-of-parcels-that-do-not-arrive';
import { ParcelsThatDoNotArrive } from '../../migrations/shipping/0002-parcels-that-do-not-arrive';
import { migratedDatabase } from '../support/migrated-database';

const [PREPARED, ON_ITS_WAY, DELIVERED, CANCELLED] = [1, 2, 3, 4].map(
  (n) => `01940000-0000-7000-8000-00000000000${n}`,
);

/**
 * A database as it was filled when a parcel could only arrive. Each step is undone before, and taken once
 * more afterwards.
 */
describe('what was there before parcels could go astray is carried over', () => {
  const { query, stepsOf } = migratedDatabase();

  it('shipments: those under way count as heard of now', async () => {
    const step = await stepsOf('shipping', new ParcelsThatDoNotArrive());
    await step.down();
    const parcel = `'[{"itemId":"A","quantity":2}]', '{"country":"UK"}', now() - interval '90 days'`;
    await query(
      `insert into shipments (shipment_id, order_id, customer_id, state, lines, address, created_at, dispatched_at, delivered_at, version) values
         ('${PREPARED}', '${PREPARED}', '${PREPARED}', 'prepared', ${parcel}, null, null, 1),
         ('${ON_ITS_WAY}', '${ON_ITS_WAY}', '${ON_ITS_WAY}', 'dispatched', ${parcel}, now() - interval '80 days', null, 2),
         ('${DELIVERED}', '${DELIVERED}', '${DELIVERED}', 'delivered', ${parcel}, now() - interval '80 days', now() - interval '70 days', 3),
         ('${CANCELLED}', '${CANCELLED}', null, 'cancelled', '[]', null, now(), null, null, 1)`,
    );
    for (let time = 0; time < 2; time += 1) {
      await step.up();
      expect(
        await query(
          `select state, heard_at > now() - interval '1 minute' as heard from shipments order by 1`,
        ),
      ).toEqual([
        { state: 'cancelled', heard: null },
        { state: 'delivered', heard: null },
        { state: 'dispatched', heard: true },
        { state: 'prepared', heard: null },
      ]);
      await step.down();
    }
    await step.up();

    const become = (state: string, id: string, also = ''): Promise<unknown> =>
      query(`update shipments set state = '${state}'${also} where shipment_id = '${id}'`);
    for (const state of ['refused', 'lost', 'returned']) {
      await become(state, ON_ITS_WAY);
      // What has not left cannot be astray, and what has arrived cannot either.
      for (const other of [PREPARED, DELIVERED])
        await expect(become(state, other)).rejects.toMatchObject({ code: '23514' });
    }
    await expect(step.down()).rejects.toThrow(
      `${ON_ITS_WAY} was refused, lost or returned, which cannot be kept`,
    );
    // As a process of the earlier version writes it.
    await become('dispatched', PREPARED, ', dispatched_at = now()');
  });

  it('stock and reservations', async () => {
    const step = await stepsOf('inventory', new GoodsOfParcelsThatDoNotArrive());
    await step.down();
    await query(
      `insert into stock_items (item_id, on_hand, received, dispatched, version) values ('A', 3, 5, 2, 1);
       insert into reservations (order_id, state, lines, shipment_id, returns, version) values
         ('${ON_ITS_WAY}', 'dispatched', '[{"itemId":"A","quantity":2}]', '${ON_ITS_WAY}', '[]', 2), ('${CANCELLED}', 'released', '[]', null, '[]', 2)`,
    );
    for (let time = 0; time < 2; time += 1) {
      await step.up();
      expect(await query('select item_id, on_hand, dispatched, lost from stock_items')).toEqual([
        { item_id: 'A', on_hand: '3', dispatched: '2', lost: '0' },
      ]);
      expect(await query('select parcel from reservations')).toEqual([{ parcel: null }, { parcel: null }]);
      await step.down();
    }
    await step.up();
    await query(`update reservations set parcel = 'lost' where order_id = '${ON_ITS_WAY}'`);
    const wrong = query(`update reservations set parcel = 'lost' where order_id = '${CANCELLED}'`);
    await expect(wrong).rejects.toMatchObject({ code: '23514' });
    await expect(step.down()).rejects.toThrow(`${ON_ITS_WAY} did not arrive, which cannot be kept`);
  });
});
