import { v7 as uuidv7 } from 'uuid';
import { at, gbp, MODULE, ordersUnderTest } from '../../../../test/support/orders-under-test';
import { statementsDuring } from '../../../../test/support/statements';
import { ItemAdded } from '../../catalog/contracts/item-added.event';
import { FindItems } from '../../catalog/contracts/find-items.query';
import { FindCustomer } from '../../customers/contracts/find-customer.query';
import { PriceChanged } from '../../pricing/contracts/price-changed.event';
import { QuotePrices } from '../../pricing/contracts/quote-prices.query';
import { AgreedPrice, PlaceOrder, RequestedLine } from '../contracts/place-order.command';
import { PlaceOrderHandler } from './place-order.handler';
import { KeepItemsWhenCatalogChanges } from '../reactions/keep-items-when-catalog-changes';
import { KeepPricesWhenPriceChanges } from '../reactions/keep-prices-when-price-changes';

describe('orders', () => {
  const orders = ordersUnderTest();
  const { http, place, placed, inside, change, logOf, count, owners, customerId } = orders;

  describe('placing an order', () => {
    it('keeps it and tells others, with what counts at this moment', async () => {
      const { body, headers } = await place([
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(255) },
        { itemId: 'POST', quantity: 1 },
      ]).expect(202);

      expect(body).toEqual({
        orderId: expect.any(String),
        state: 'placed',
        externalReference: null,
        metadata: {},
      });
      expect(headers.location).toBe(`/orders/${body.orderId}`);
      expect(await logOf(body.orderId)).toEqual([
        {
          type: 'orders.order-placed',
          key_version: '1',
          payload: {
            orderId: body.orderId,
            customerId,
            total: gbp(2310),
            salesChannel: 'unknown',
            lines: [
              { itemId: 'MUG', quantity: 2, unitPrice: 255, stockTracked: true },
              { itemId: 'POST', quantity: 1, unitPrice: 1800, stockTracked: false },
            ],
          },
        },
      ]);
      expect(owners.asked).toEqual([new FindCustomer({ customerId })]);

      const shown = await http().get(`/orders/${body.orderId}`).expect(200);
      expect(shown.headers.etag).toBe('"2"');
      expect(shown.body).toEqual({
        orderId: body.orderId,
        customerId,
        state: 'placed',
        total: gbp(2310),
        placedAt: expect.any(String),
        externalReference: null,
        metadata: {},
        lines: [
          { itemId: 'MUG', quantity: 2, unitPrice: gbp(255), stockTracked: true, returned: 0 },
          { itemId: 'POST', quantity: 1, unitPrice: gbp(1800), stockTracked: false, returned: 0 },
        ],
        history: [{ state: 'placed', at: expect.any(String) }],
        salesChannel: 'unknown',
      });
    });

    it('notes where it was sold, and tells others', async () => {
      const { body } = await place([{ itemId: 'MUG', quantity: 1 }], { salesChannel: 'wholesale' }).expect(
        202,
      );
      const orderId = body.orderId as string;
      await http()
        .get(`/orders/${orderId}`)
        .expect(200)
        .expect(({ body: shown }) => {
          expect(shown).toMatchObject({ salesChannel: 'wholesale' });
        });
      expect((await logOf(orderId))[0].payload).toMatchObject({ salesChannel: 'wholesale' });
      await place([{ itemId: 'MUG', quantity: 1 }], { salesChannel: 'Whole sale' }).expect(({ status }) =>
        expect([400, 422]).toContain(status),
      );
    });

    it('asks the owners about what the copies lack, and keeps nothing of it', async () => {
      owners.items.set('NEW', false);
      owners.prices.set('NEW', 40);
      const before = [await count('item_copies'), await count('price_copies')];

      const orderId = await placed({ itemId: 'NEW', quantity: 3 }, { itemId: 'MUG', quantity: 1 });

      expect((await logOf(orderId))[0].payload).toMatchObject({ total: gbp(420) });
      expect(owners.asked).toContainEqual(new FindItems({ itemIds: ['NEW'] }));
      expect(owners.asked).toContainEqual(new QuotePrices({ itemIds: ['NEW'], currency: 'GBP' }));
      expect([await count('item_copies'), await count('price_copies')]).toEqual(before);
    });

    it('takes the prices of its own currency, and refuses an item that has none in it', async () => {
      const tell = (event: PriceChanged) =>
        inside(() => orders.app.get(KeepPricesWhenPriceChanges).handle(event));
      const [euros, pounds] = [{ amount: 350, currency: 'EUR' }, gbp(300)];
      await inside(() =>
        orders.app
          .get(KeepItemsWhenCatalogChanges)
          .handle(new ItemAdded({ itemId: 'CUP', name: 'CUP', stockTracked: true })),
      );
      await tell(new PriceChanged({ itemId: 'CUP', unitPrice: euros, prices: [euros, pounds] }));
      for (const price of [euros, pounds]) {
        const { body } = await place([{ itemId: 'CUP', quantity: 2 }], { currency: price.currency }).expect(
          202,
        );
        const total = { amount: 2 * price.amount, currency: price.currency };
        expect((await logOf(body.orderId as string))[0].payload).toMatchObject({
          total,
          lines: [{ unitPrice: price.amount }],
        });
      }
      const { body } = await place([{ itemId: 'POST', quantity: 1 }], { currency: 'EUR' }).expect(422);
      expect(body).toMatchObject({
        code: 'orders.refused',
        errors: [
          {
            pointer: '/lines/0/itemId',
            code: 'orders.line.price-missing',
            message: 'POST has no price in EUR.',
          },
        ],
      });
      const unknown = await place([{ itemId: 'MUG', quantity: 1 }], { currency: 'XXZ' }).expect(422);
      expect(unknown.body).toMatchObject({
        code: 'request.out-of-range',
        errors: [{ pointer: '/currency' }],
      });
      const pastTheApi = inside(() =>
        orders.app.get(PlaceOrderHandler).execute(
          new PlaceOrder({
            customerId,
            currency: 'XXZ',
            lines: [RequestedLine.of('CUP', 1, AgreedPrice.of(1, 'XXZ'))],
          }),
        ),
      );
      await expect(pastTheApi).rejects.toMatchObject({
        code: 'orders.currency-unknown',
        reasons: [{ pointer: '/currency' }],
      });
    });

    it('makes the same copy of the prices when the log is read again, from the time of one price for each item', async () => {
      const tell = (event: PriceChanged) =>
        inside(() => orders.app.get(KeepPricesWhenPriceChanges).handle(event));
      const copy = () =>
        orders.database.databases
          .of(MODULE)
          .query(`select currency, unit_price from price_copies where item_id = 'AGE' order by 1`);
      const [francs, pounds, euros] = [
        { amount: 5, currency: 'CHF' },
        gbp(6),
        { amount: 7, currency: 'EUR' },
      ];
      const history = [
        {
          event: new PriceChanged({ itemId: 'AGE', unitPrice: francs }),
          copied: [{ currency: 'CHF', unit_price: '5' }],
        },
        {
          event: new PriceChanged({ itemId: 'AGE', unitPrice: pounds }),
          copied: [{ currency: 'GBP', unit_price: '6' }],
        },
        {
          event: new PriceChanged({ itemId: 'AGE', unitPrice: euros, prices: [euros, pounds] }),
          copied: [
            { currency: 'EUR', unit_price: '7' },
            { currency: 'GBP', unit_price: '6' },
          ],
        },
      ];
      for (const { event, copied } of [...history, ...history]) {
        await tell(event);
        expect(await copy()).toEqual(copied);
      }
    });

    it('is refused with one reason for each bad line, and starts nothing', async () => {
      const before = [await count('orders'), await count('outbox')];

      const { body } = await place([
        { itemId: 'MUG', quantity: 1 },
        { itemId: 'MUG', quantity: 0 },
        { itemId: 'nobody knows', quantity: 1 },
        { itemId: 'NOBODY', quantity: 1 },
        { itemId: 'OLD', quantity: 1 },
        { itemId: 'POST', quantity: 1, agreedUnitPrice: gbp(0) },
        { itemId: 'POST', quantity: 1, agreedUnitPrice: gbp(-5) },
      ]).expect(422);

      expect(body.code).toBe('orders.refused');
      expect(
        body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`),
      ).toEqual([
        '/lines/1/quantity orders.line.quantity-not-positive',
        '/lines/2/itemId orders.line.item-unknown',
        '/lines/3/itemId orders.line.item-unknown',
        '/lines/4/itemId orders.line.item-unknown',
        '/lines/5/agreedUnitPrice orders.line.price-not-positive',
        '/lines/6/agreedUnitPrice orders.line.price-not-positive',
      ]);
      expect([await count('orders'), await count('outbox')]).toEqual(before);
    });

    it.each([
      ['no lines', { lines: [] }, 'orders.no-lines'],
      [
        'more than 1,000 lines',
        { lines: Array(1001).fill({ itemId: 'MUG', quantity: 1 }) },
        'orders.too-many-lines',
      ],
      ['an unknown customer', { customerId: uuidv7() }, 'orders.customer-unknown'],
      ['a customer that is no id', { customerId: 'me' }, 'orders.customer-unknown'],
      ['a price list without the currency', { currency: 'EUR' }, 'orders.refused'],
      [
        'a total beyond the safe integers',
        { lines: [{ itemId: 'MUG', quantity: 1_000_000_000, agreedUnitPrice: gbp(1_000_000_000) }] },
        'orders.total-too-large',
      ],
    ])('is refused for %s', async (_what, more, code) => {
      const { body } = await place([{ itemId: 'MUG', quantity: 1 }], more).expect(422);
      expect(body.code).toBe(code);
    });

    it.each([
      ['a quantity in words', { lines: [{ itemId: 'MUG', quantity: '2' }] }],
      ['an unknown field', { discount: 5 }],
      ['an unknown field of a line', { lines: [{ itemId: 'MUG', quantity: 1, price: 2 }] }],
      ['a price without its currency', { lines: [{ itemId: 'MUG', quantity: 1, agreedUnitPrice: 255 }] }],
      ['a line that is none', { lines: ['MUG'] }],
    ])('is not understood with %s', async (_what, more) => {
      await place([{ itemId: 'MUG', quantity: 1 }], more).expect(400);
    });

    it('takes 1,000 lines in as many statements as one', async () => {
      for (const lines of [1, 1000]) {
        const statements = await statementsDuring(() =>
          placed(...Array.from({ length: lines }, () => ({ itemId: 'MUG', quantity: 1 }))),
        );
        // The subscriptions of the process speak to the same database meanwhile.
        expect(statements.filter((sql) => /item_copies|into "orders"|into outbox/i.test(sql))).toHaveLength(
          3,
        );
      }
    });

    it('is done once for one Idempotency-Key', async () => {
      const send = () =>
        place([{ itemId: 'MUG', quantity: 1 }])
          .set('Idempotency-Key', 'once')
          .expect(202);
      const [first, second] = [await send(), await send()];
      expect(second.body).toEqual(first.body);
      expect(second.headers.location).toBe(first.headers.location);
      expect(await logOf(first.body.orderId)).toHaveLength(1);
    });
  });

  describe('placing an order with what a client attaches', () => {
    const mug = [{ itemId: 'MUG', quantity: 1 }];

    it('gives it back wherever the order is shown, and tells no other module', async () => {
      const labels = { externalReference: 'WEB-1', metadata: { channel: 'web' } };
      const { body } = await place(mug, labels).expect(202);
      expect(body).toEqual({ orderId: body.orderId, state: 'placed', ...labels });
      expect((await http().get(`/orders/${body.orderId}`)).body).toMatchObject(labels);
      const found = await http().get('/orders').query({ externalReference: ' WEB-1' }).expect(200);
      expect(found.body).toEqual({ items: [expect.objectContaining({ orderId: body.orderId, ...labels })] });
      expect(
        (await http().get('/orders').query({ externalReference: 'WEB-1', state: 'completed' })).body,
      ).toEqual({ items: [] });
      expect(
        (await http().get('/orders').query({ externalReference: 'WEB-1', customerId, state: 'placed' })).body
          .items,
      ).toHaveLength(1);
      expect(JSON.stringify(await logOf(body.orderId))).not.toContain('web');
      await change(body.orderId, (order) => order.reject('credit-refused', at));
      expect((await http().get(`/orders/${body.orderId}`)).body).toMatchObject({
        ...labels,
        state: 'rejected',
      });
    });

    it('refuses a second order with the same reference, of whichever customer, and names the first', async () => {
      const { orderId } = (await place(mug, { externalReference: 'WEB-2' }).expect(202)).body;
      const before = [await count('orders'), await count('outbox')];
      const { body, text, headers } = await place(mug, { externalReference: 'WEB-2' })
        .set('Prefer', 'wait=1')
        .expect(409);
      expect(body).toMatchObject({
        code: 'orders.reference-taken',
        errors: [{ pointer: '/externalReference', code: 'orders.reference-taken' }],
        existing: { id: orderId, href: `/orders/${orderId}` },
      });
      expect(text).not.toContain('WEB-2');
      expect(headers['retry-after']).toBeUndefined();
      expect([await count('orders'), await count('outbox')]).toEqual(before);
      await place([{ itemId: 'NOBODY', quantity: 1 }], { externalReference: 'WEB-2' }).expect(422);
    });

    it('places one of many that come with one reference at the same moment', async () => {
      const before = await count('orders');
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => place(mug, { externalReference: 'WEB-3' })),
      );
      const [winner, ...others] = answers.sort((a, b) => a.status - b.status);
      expect(winner.status).toBe(202);
      for (const { status, body } of others)
        expect({ status, body }).toMatchObject({
          status: 409,
          body: { existing: { id: winner.body.orderId } },
        });
      expect(await count('orders')).toBe(before + 1);
      expect(await logOf(winner.body.orderId as string)).toHaveLength(1);
    });

    it('is a part of what an Idempotency-Key stands for', async () => {
      const send = (metadata: object) =>
        place(mug, { externalReference: 'WEB-4', metadata }).set('Idempotency-Key', 'labelled');
      const [first, second] = [await send({ a: '1' }).expect(202), await send({ a: '1 ' }).expect(202)];
      expect(second.text).toBe(first.text);
      await send({ a: '2' }).expect(422);
    });

    it('places the published command without either', async () => {
      const command = new PlaceOrder({ customerId, currency: 'GBP', lines: [RequestedLine.of('MUG', 1)] });
      const { orderId } = await inside(() => orders.app.get(PlaceOrderHandler).execute(command));
      expect((await http().get(`/orders/${orderId}`)).body).toMatchObject({
        externalReference: null,
        metadata: {},
      });
    });
  });
});
