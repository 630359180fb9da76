import { escapeLiteral } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { gbp, MODULE, ordersUnderTest } from '../../../../test/support/orders-under-test';
import { countStatement, MOST_COUNTED, ORDER_SORTS, type OrderFilter, pageStatement } from './order-list';

describe('orders', () => {
  const orders = ordersUnderTest();
  const { http, placed, inside, advance, customerId } = orders;

  describe('listing orders', () => {
    const DAY = 86_400_000;
    const [ada, bob, crowd] = [uuidv7(), uuidv7(), uuidv7()];
    const noon = (day: number, ms = 0) => new Date(Date.UTC(2024, 0, day, 12) + ms).toISOString();
    /** Orders of two customers at three days, of which some share a moment. */
    const known = [
      { name: 'a1', customer: ada, state: 'completed', placed: noon(1) },
      { name: 'a2', customer: ada, state: 'rejected', placed: noon(2) },
      { name: 'a3', customer: ada, state: 'completed', placed: noon(2) },
      { name: 'b1', customer: bob, state: 'cancelled', placed: noon(2) },
      { name: 'a4', customer: ada, state: 'capturing', placed: noon(2, 1) },
      { name: 'b2', customer: bob, state: 'completed', placed: '2024-01-03T00:00:00.000Z' },
      { name: 'a5', customer: ada, state: 'completed', placed: noon(3) },
    ];
    const names = new Map<string, string>();
    const within = { placedFrom: '2024-01-01', placedTo: '2024-02-01' };
    const MANY = 20_000;

    beforeAll(async () => {
      const insertion = `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)`;
      const query = (sql: string, values: unknown[]) =>
        orders.database.databases.of(MODULE).query(sql, values);
      for (const { name, customer, state, placed } of known) {
        const id = uuidv7();
        names.set(id, name);
        await query(`${insertion} values ($1, $2, 'GBP', 100, $3, '[{}]', '[{}]', $4, 1)`, [
          id,
          customer,
          state,
          placed,
        ]);
      }
      // Many of one customer and of common states, over 200 days of 2023; a hundred of them in a rare one.
      await orders.database.asAdministrator(
        MODULE,
        `${insertion.replace('orders', 'orders.orders')}
         select gen_random_uuid(), case when n % 4 = 0 then $1::uuid else gen_random_uuid() end, 'GBP', 100,
           case when n % 200 = 7 then 'undoing' when n % 3 = 0 then 'rejected' else 'completed' end,
           '[{}]', '[{}]', timestamptz '2023-01-01 00:00Z' + n * interval '1 second' * 864, 1
         from generate_series(1, ${MANY}) n`,
        [crowd],
      );
      await orders.database.asAdministrator(MODULE, 'analyze orders.orders');
    });

    interface Listed {
      items: { orderId: string }[];
      nextCursor?: string;
      count?: object;
    }
    const list = async (query: object): Promise<Listed> =>
      (await http().get('/orders').query(query).expect(200)).body as Listed;
    const shown = ({ items }: Listed) => items.map(({ orderId }) => names.get(orderId));
    /** All pages of a list, each of the same length. */
    const pages = async (query: object, limit: number): Promise<(string | undefined)[]> => {
      const first = await list({ ...query, limit });
      const seen = shown(first);
      for (let cursor = first.nextCursor; cursor !== undefined;) {
        const page = await list({ ...query, limit, cursor });
        seen.push(...shown(page));
        cursor = page.nextCursor;
      }
      return seen;
    };
    /** What the filters let through, by the definition. */
    const expected = ({
      customerId,
      state,
      from = 0,
      to = Infinity,
    }: {
      customerId?: string;
      state?: string[];
      from?: number;
      to?: number;
    }) =>
      [...names].flatMap(([id, name]) => {
        const order = known.find((one) => one.name === name);
        const at = Date.parse(order?.placed ?? '');
        const counts =
          order &&
          (!customerId || order.customer === customerId) &&
          (!state || state.includes(order.state)) &&
          from <= at &&
          at < to;
        return counts ? [{ id, name, at }] : [];
      });
    const inOrder = (orders: { id: string; name: string; at: number }[]) =>
      [...orders].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ name }) => name);

    const FILTERS: [string, { customerId?: string; state?: string[]; from?: number; to?: number }][] = [
      ['none', {}],
      ['a customer', { customerId: ada }],
      ['a state', { state: ['completed'] }],
      ['states', { state: ['rejected', 'completed', 'capturing'] }],
      ['a customer and states', { customerId: ada, state: ['completed', 'rejected'] }],
      ['a state that no order of the customer is in', { customerId: bob, state: ['undoing'] }],
      ['a millisecond', { from: Date.parse(noon(2)), to: Date.parse(noon(2, 1)) }],
      [
        'a customer and a day',
        { customerId: ada, from: Date.parse('2024-01-02'), to: Date.parse('2024-01-03') },
      ],
      ['states since a day', { state: ['completed', 'cancelled'], from: Date.parse('2024-01-03') }],
    ];

    it('lists the newest first, page by page, by customer and state', async () => {
      const ids = [
        await placed({ itemId: 'MUG', quantity: 1 }),
        await placed({ itemId: 'MUG', quantity: 1 }),
        await placed({ itemId: 'MUG', quantity: 1 }),
      ];
      for (const orderId of ids) await advance(orderId, 'cancelling');
      const first = await http()
        .get('/orders')
        .query({ customerId, state: 'cancelling', limit: 2 })
        .expect(200);
      expect(first.body.items.map(({ orderId }: { orderId: string }) => orderId)).toEqual([ids[2], ids[1]]);
      const second = await http()
        .get('/orders')
        .query({ customerId, state: 'cancelling', limit: 2, cursor: first.body.nextCursor })
        .expect(200);
      expect(second.body).toEqual({ items: [expect.objectContaining({ orderId: ids[0], total: gbp(300) })] });
      await http().get('/orders').query({ state: 'lost' }).expect(400);
      expect((await http().get('/orders').query({ customerId: uuidv7() })).body).toEqual({ items: [] });
    });

    it.each(FILTERS)(
      'shows what meets every filter, in both orders and in pages of any length: %s',
      async (_what, { from, to, ...filter }) => {
        const bounds = { placedFrom: within.placedFrom, placedTo: within.placedTo };
        if (from !== undefined) bounds.placedFrom = new Date(from).toISOString();
        if (to !== undefined) bounds.placedTo = new Date(to).toISOString();
        const query = { ...filter, ...bounds };
        const oldestFirst = inOrder(expected({ ...filter, from, to }));
        for (const limit of [1, 2, 50]) {
          expect(await pages({ ...query, sort: 'placedAt' }, limit)).toEqual(oldestFirst);
          expect(await pages({ ...query, sort: '-placedAt' }, limit)).toEqual([...oldestFirst].reverse());
        }
        expect(shown(await list(query))).toEqual([...oldestFirst].reverse());
        expect((await list({ ...query, count: true, limit: 1 })).count).toEqual({
          orders: oldestFirst.length,
          exact: true,
        });
      },
    );

    it('takes an interval from its first day until before its last, in any offset', async () => {
      expect(
        shown(
          await list({ placedFrom: '2024-01-02', placedTo: '2024-01-03', sort: 'placedAt', customerId: bob }),
        ),
      ).toEqual(['b1']);
      expect(
        shown(
          await list({ placedFrom: '2024-01-03', placedTo: '2024-01-04', sort: 'placedAt', customerId: bob }),
        ),
      ).toEqual(['b2']);
      expect(shown(await list({ placedFrom: '2024-01-03T01:00:00+01:00', customerId: bob }))).toEqual(['b2']);
      expect(shown(await list({ placedTo: '2024-01-02T23:59:59.999-00:00', customerId: bob }))).toEqual([
        'b1',
      ]);
    });

    it('goes on where a page ended, within what JavaScript takes for one moment', async () => {
      const customerId = uuidv7();
      const ids = Array.from({ length: 4 }, () => uuidv7());
      await orders.database.databases.of(MODULE).query(
        `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)
         select id, $2, 'GBP', 1, 'completed', '[{}]', '[{}]', timestamptz '2024-05-01 00:00Z' + (5 - n) * interval '1 microsecond', 1
         from unnest($1::uuid[]) with ordinality as t (id, n)`,
        [ids, customerId],
      );
      ids.forEach((id, index) => names.set(id, `µ${index}`));
      expect(await pages({ customerId }, 1)).toEqual(['µ0', 'µ1', 'µ2', 'µ3']);
      expect(await pages({ customerId, sort: 'placedAt' }, 1)).toEqual(['µ3', 'µ2', 'µ1', 'µ0']);
    });

    it('refuses a cursor under other filters or another sort, and takes it under the same ones in another spelling', async () => {
      const query = { customerId: ada, state: ['completed', 'rejected'], placedFrom: '2024-01-01', limit: 2 };
      const { nextCursor: cursor } = await list(query);
      const others: object[] = [
        { sort: 'placedAt' },
        { customerId: bob },
        { state: ['completed'] },
        { placedFrom: '2024-01-02' },
        { placedTo: '2024-02-01' },
        { externalReference: 'WEB-1' },
      ];
      for (const other of others) {
        const { body } = await http()
          .get('/orders')
          .query({ ...query, ...other, cursor })
          .expect(400);
        expect({ other, code: (body as { code: string }).code }).toEqual({
          other,
          code: 'request.cursor-of-another-list',
        });
      }
      const same = {
        state: ['rejected', 'completed', 'completed'],
        placedFrom: '2024-01-01T00:00:00Z',
        customerId: ada.toUpperCase(),
      };
      expect(
        shown(await list({ ...query, ...same, sort: '-placedAt', limit: 3, count: true, cursor })),
      ).toEqual(
        inOrder(expected({ customerId: ada, state: query.state }))
          .reverse()
          .slice(2),
      );
      const forged = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
      const [, , mark] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as string[];
      for (const parts of [
        [mark],
        ['then', uuidv7(), mark],
        ['2024-01-01T00:00:00.000000Z', 'x', mark],
        [5, uuidv7(), mark],
      ])
        await http()
          .get('/orders')
          .query({ ...query, cursor: forged(parts) })
          .expect(422);
    });

    it.each<[string, object, string]>([
      ['a state that there is not', { state: ['completed', 'lost'] }, '/state'],
      ['states in one text', { state: 'completed,rejected' }, '/state'],
      ['a day that no month has', { placedFrom: '2024-02-30' }, '/placedFrom'],
      ['two days', { placedFrom: ['2024-02-01', '2024-02-02'] }, '/placedFrom'],
      ['an interval from its end', { placedFrom: '2024-02-02', placedTo: '2024-02-01' }, '/placedTo'],
      ['an empty interval', { placedFrom: '2024-02-02', placedTo: '2024-02-02' }, '/placedTo'],
      ['another sort', { sort: 'total' }, '/sort'],
      ['two sorts', { sort: ['placedAt', '-placedAt'] }, '/sort'],
      ['a count of something', { count: 'all' }, '/count'],
      ['an empty reference', { externalReference: ' ' }, '/externalReference'],
    ])('refuses %s', async (_what, query, pointer) => {
      const { body } = await http().get('/orders').query(query).expect(400);
      expect(body).toMatchObject({
        code: 'request.malformed',
        errors: [{ pointer, code: 'request.field-value', message: expect.any(String) }],
      });
    });

    it('counts exactly up to a limit, and says where there are more', async () => {
      expect((await list({ count: true, limit: 1 })).count).toEqual({ orders: 10_000, exact: false });
      expect((await list({ count: true, limit: 1, state: ['undoing'] })).count).toEqual({
        orders: 100,
        exact: true,
      });
      expect(
        (
          await list({
            count: true,
            limit: 1,
            placedFrom: '2023-01-01',
            placedTo: new Date(Date.UTC(2023, 0, 1) + 100 * DAY).toISOString(),
          })
        ).count,
      ).toEqual({
        orders: 9_999,
        exact: true,
      });
      expect(
        (
          await list({
            count: true,
            limit: 1,
            placedFrom: '2023-01-01',
            placedTo: '2023-04-11T00:00:00.001Z',
          })
        ).count,
      ).toEqual({
        orders: 10_000,
        exact: true,
      });
      expect(
        (
          await list({
            count: true,
            limit: 1,
            placedFrom: '2023-01-01',
            placedTo: '2023-04-11T00:14:24.001Z',
          })
        ).count,
      ).toEqual({
        orders: 10_000,
        exact: false,
      });
      expect(await list({ limit: 1, count: false, externalReference: 'NEVER' })).toEqual({ items: [] });
    });

    describe('reads no more of the table than it shows', () => {
      interface Node {
        'Node Type': string;
        'Actual Rows': number;
        'Actual Loops': number;
        'Rows Removed by Filter'?: number;
        'Rows Removed by Index Recheck'?: number;
        'Relation Name'?: string;
        Plans?: Node[];
      }
      /** The rows of orders that a statement looks at, by a plan for these values and by one for any. */
      const looksAt = async ({ text, values }: { text: string; values: unknown[] }): Promise<number[]> => {
        const rowsOf = (node: Node): number => {
          const own =
            node['Actual Rows'] +
            (node['Rows Removed by Filter'] ?? 0) +
            (node['Rows Removed by Index Recheck'] ?? 0);
          return (
            (node['Relation Name'] ? own * node['Actual Loops'] : 0) +
            (node.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), 0)
          );
        };
        return inside(async () => {
          const seen: number[] = [];
          for (const mode of ['force_custom_plan', 'force_generic_plan']) {
            await orders.work.manager.query(`set local plan_cache_mode = ${mode}`);
            await orders.work.manager.query(`prepare looked_at as ${text}`);
            const literals = values.map((value) =>
              typeof value === 'number'
                ? String(value)
                : escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value)),
            );
            const [{ 'QUERY PLAN': plans }] = await orders.work.manager.query<
              { 'QUERY PLAN': { Plan: Node }[] }[]
            >(`explain (analyze, timing off, format json) execute looked_at(${literals.join()})`);
            await orders.work.manager.query('deallocate looked_at');
            seen.push(Math.round(rowsOf(plans[0].Plan)));
          }
          return seen;
        });
      };
      const deep = { placedAt: '2023-03-01T00:00:00.000000Z', orderId: uuidv7() };
      const bounds = { placedFrom: new Date('2023-02-01'), placedTo: new Date('2023-05-01') };

      it.each<[string, OrderFilter, number]>([
        // A page of each state.
        ['all', {}, 4 * 51 + 20],
        ['days', bounds, 4 * 51 + 20],
        ['a customer', { customerId: crowd }, 51],
        ['a customer and days', { customerId: crowd, ...bounds }, 51],
        ['a rare state', { states: ['undoing'] }, 51],
        [
          'states, common and rare and none',
          { states: ['completed', 'undoing', 'capturing'], ...bounds },
          3 * 51,
        ],
        ['a reference', { externalReference: 'WEB-1' }, 1],
        // At the worst the orders of the customer.
        ['a customer and states', { customerId: crowd, states: ['completed', 'rejected'] }, MANY / 4],
      ])('%s', async (_what, filter, most) => {
        for (const sort of ORDER_SORTS) {
          for (const after of [undefined, deep]) {
            for (const rows of await looksAt(pageStatement('order_id', filter, sort, after, 51)))
              expect(rows).toBeLessThanOrEqual(most);
          }
        }
        const counted = await looksAt(countStatement(filter));
        for (const rows of counted) expect(rows).toBeLessThanOrEqual(MOST_COUNTED + 1);
      });
    });
  });
});
