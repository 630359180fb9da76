import { PriceCopiesPerCurrency } from '../../migrations/orders/0003-price-copies-per-currency';
import { CreditPerCurrency } from '../../migrations/payments/0003-credit-per-currency';
import { PricesPerCurrency } from '../../migrations/pricing/0003-prices-per-currency';
import { migratedDatabase } from '../support/migrated-database';

const [ADA, BOB, HELD, REFUSED, FORESTALLED] = [1, 2, 3, 4, 5].map(
  (n) => `01940000-0000-7000-8000-00000000000${n}`,
);

/**
 * A database as it was filled when money was in one currency. Each step is undone before, and taken once more
 * afterwards.
 */
describe('what was there before there were several currencies is carried over', () => {
  const { query, stepsOf } = migratedDatabase();

  it('prices', async () => {
    const step = await stepsOf('pricing', new PricesPerCurrency());
    await step.down();
    await query(
      `insert into prices (item_id, amount, currency, version) values ('MUG', 255, 'GBP', 3), ('VIN', 9007199254740991, 'EUR', 1)`,
    );
    const carriedOver = [
      { item_id: 'MUG', amounts: { GBP: 255 }, version: 3 },
      { item_id: 'VIN', amounts: { EUR: Number.MAX_SAFE_INTEGER }, version: 1 },
    ];
    await step.up();
    expect(await query('select * from prices order by item_id')).toMatchObject(carriedOver);
    await step.down();
    expect(await query('select item_id, amount, currency, version from prices order by item_id')).toEqual([
      { item_id: 'MUG', amount: '255', currency: 'GBP', version: 3 },
      { item_id: 'VIN', amount: '9007199254740991', currency: 'EUR', version: 1 },
    ]);
    await step.up();
    expect(await query('select * from prices order by item_id')).toMatchObject(carriedOver);

    await query(`update prices set amounts = '{"EUR": 300, "GBP": 255}' where item_id = 'MUG'`);
    await expect(step.down()).rejects.toThrow('The item MUG has prices in several currencies');
    for (const wrong of [
      '{}',
      '[]',
      '{"GBP": 0}',
      '{"GBP": 0.5}',
      '{"GBP": 9007199254740992}',
      '{"GBP": "1"}',
      '{"gbp": 1}',
      '{"EUR": 1, "X": 1}',
    ])
      await expect(query(`update prices set amounts = $1`, [wrong])).rejects.toMatchObject({ code: '23514' });
  });

  it("orders' copies of prices", async () => {
    const step = await stepsOf('orders', new PriceCopiesPerCurrency());
    await step.down();
    await query(
      `insert into price_copies (item_id, unit_price, currency) values ('MUG', 255, 'GBP'), ('VIN', 300, 'EUR')`,
    );
    await step.up();
    await query(`insert into price_copies (item_id, unit_price, currency) values ('MUG', 300, 'EUR')`);
    await expect(
      query(`insert into price_copies (item_id, unit_price, currency) values ('MUG', 1, 'EUR')`),
    ).rejects.toMatchObject({
      code: '23505',
    });
    await step.down();
    expect(await query('select item_id from price_copies')).toEqual([{ item_id: 'VIN' }]);
    await step.up();
  });

  it('credit accounts, their holds, and the keys of their messages', async () => {
    const step = await stepsOf('payments', new CreditPerCurrency());
    await step.down();
    await query(
      `insert into credit_accounts (customer_id, limit_amount, currency, held, revision, version) values
         ('${ADA}', 150000, 'GBP', 600, 7, 2), ('${BOB}', 5, 'GBP', 0, 1, 0)`,
    );
    await query(
      `insert into credit_holds (order_id, state, customer_id, amount, version) values
         ('${HELD}', 'held', '${ADA}', 600, 1), ('${REFUSED}', 'refused', '${BOB}', 0, 1), ('${FORESTALLED}', 'forestalled', null, 0, 1)`,
    );
    const carriedOver = async (): Promise<void> => {
      expect(
        await query(
          'select account_id, customer_id, limit_amount, currency, held, revision, version from credit_accounts order by 1',
        ),
      ).toEqual([
        {
          account_id: ADA,
          customer_id: ADA,
          limit_amount: '150000',
          currency: 'GBP',
          held: '600',
          revision: 7,
          version: 2,
        },
        {
          account_id: BOB,
          customer_id: BOB,
          limit_amount: '5',
          currency: 'GBP',
          held: '0',
          revision: 1,
          version: 0,
        },
      ]);
      expect(await query('select order_id, customer_id, currency from credit_holds order by 1')).toEqual([
        { order_id: HELD, customer_id: ADA, currency: 'GBP' },
        { order_id: REFUSED, customer_id: BOB, currency: 'GBP' },
        { order_id: FORESTALLED, customer_id: null, currency: null },
      ]);
    };
    await step.up();
    await carriedOver();
    await step.down();
    expect(await query('select customer_id, held from credit_accounts order by 1')).toEqual([
      { customer_id: ADA, held: '600' },
      { customer_id: BOB, held: '0' },
    ]);
    await step.up();
    await carriedOver();

    const open = (id: string, currency: string): string =>
      `insert into credit_accounts (account_id, customer_id, limit_amount, currency, held, revision, version) values ('${id}', '${ADA}', 1, '${currency}', 0, 1, 0)`;
    await query(open(`${ADA}/EUR`, 'EUR'));
    await expect(query(open(`${ADA}/JPY`, 'EUR'))).rejects.toMatchObject({ code: '23514' });
    await expect(
      query(`update credit_holds set currency = 'JPY' where order_id = '${HELD}'`),
    ).rejects.toMatchObject({
      code: '23503',
    });
    await expect(step.down()).rejects.toThrow(`${ADA}/EUR, which cannot be kept`);
  });
});
