import { startTestApplication, type TestApplication } from '../support/application';
import { gbp, type Line, nobody, Shop } from '../support/shop';

const KEY = 'the-same-for-every-refusal';
const COPIES = ['orders.keep-items', 'orders.keep-prices'];

describe('an order is refused before anything begins', () => {
  let application: TestApplication;
  let shop: Shop;
  let customerId: string;
  let mug: string;

  beforeAll(async () => {
    application = await startTestApplication();
    shop = new Shop(application);
    customerId = await shop.customer();
    mug = await shop.goods(255);
    await shop.comesToRest();
  });

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  /** Asks for an order that must be refused, and makes sure that nothing of it is there. */
  async function refused(
    lines: Line[],
    more: object = {},
  ): Promise<{ code: string; reasons: [string, string][] }> {
    const before = await shop.traces();
    const { body, headers } = await shop
      .place(customerId, lines, more)
      .set('Idempotency-Key', KEY)
      .expect(422);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers.location).toBeUndefined();
    expect(await shop.traces()).toEqual(before);
    const errors = body.errors as { pointer: string; code: string; message: string }[];
    return { code: body.code as string, reasons: errors.map(({ pointer, code }) => [pointer, code]) };
  }

  const line = (more: Partial<Line> = {}): Line => ({ itemId: mug, quantity: 1, ...more });
  const ofLine = (field: string, code: string) => ({
    code: 'orders.refused',
    reasons: [[`/lines/0/${field}`, `orders.line.${code}`]],
  });

  it('for a customer that nobody knows', async () => {
    const unknown = {
      code: 'orders.customer-unknown',
      reasons: [['/customerId', 'orders.customer-unknown']],
    };
    expect(await refused([line()], { customerId: nobody() })).toEqual(unknown);
    expect(await refused([line()], { customerId: 'somebody' })).toEqual(unknown);
  });

  it('for no lines', async () => {
    expect(await refused([])).toEqual({ code: 'orders.no-lines', reasons: [['/lines', 'orders.no-lines']] });
  });

  it('for 1,001 lines', async () => {
    const lines = Array.from({ length: 1_001 }, () => line());
    expect(await refused(lines)).toEqual({
      code: 'orders.too-many-lines',
      reasons: [['/lines', 'orders.too-many-lines']],
    });
  });

  it.each(['NO-SUCH-ITEM', 'not the form of an item', ''])('for the item %j', async (itemId) => {
    expect(await refused([line({ itemId })])).toEqual(ofLine('itemId', 'item-unknown'));
  });

  it('for an item that is no longer sold', async () => {
    const itemId = await shop.goods(100);
    await application.api().delete(`/items/${itemId}`).expect(204);
    await shop.comesToRest();
    expect(await refused([line({ itemId })])).toEqual(ofLine('itemId', 'item-unknown'));
  });

  it.each([0, -1])('for the quantity %d', async (quantity) => {
    expect(await refused([line({ quantity })])).toEqual(ofLine('quantity', 'quantity-not-positive'));
  });

  it('for a quantity beyond every order', async () => {
    expect(await refused([line({ quantity: 1_000_000_001 })])).toEqual(
      ofLine('quantity', 'quantity-too-large'),
    );
  });

  it('for an item without a price, or with one in another currency only', async () => {
    const unpriced = await shop.item(true);
    expect(await refused([line({ itemId: unpriced })])).toEqual(ofLine('itemId', 'price-missing'));
    const foreign = await shop.item(true);
    await shop.price(foreign, 100, 'EUR');
    await shop.comesToRest();
    expect(await refused([line({ itemId: foreign })])).toEqual(ofLine('itemId', 'price-missing'));
  });

  it.each([0, -5])('for an agreed price of %d, even where agreed prices do not count', async (amount) => {
    expect(await refused([line({ agreedUnitPrice: gbp(amount) })])).toEqual(
      ofLine('agreedUnitPrice', 'price-not-positive'),
    );
  });

  it('for an agreed price in another currency', async () => {
    expect(await refused([line({ agreedUnitPrice: { amount: 5, currency: 'EUR' } })])).toEqual(
      ofLine('agreedUnitPrice', 'price-currency-differs'),
    );
  });

  it('for a total that is no longer exact', async () => {
    const gold = await shop.goods(Number.MAX_SAFE_INTEGER);
    expect(await refused([line({ itemId: gold, quantity: 2 })])).toEqual({
      code: 'orders.total-too-large',
      reasons: [['/lines', 'orders.total-too-large']],
    });
  });

  it('with one reason per bad line, and none for a good one', async () => {
    const lines = [
      line({ quantity: 0 }),
      line(),
      line({ itemId: 'NO-SUCH-ITEM' }),
      line({ itemId: 'NO-SUCH-ITEM', quantity: -1, agreedUnitPrice: gbp(0) }),
    ];
    expect(await refused(lines, { customerId: nobody() })).toEqual({
      code: 'orders.refused',
      reasons: [
        ['/customerId', 'orders.customer-unknown'],
        ['/lines/0/quantity', 'orders.line.quantity-not-positive'],
        ['/lines/2/itemId', 'orders.line.item-unknown'],
        ['/lines/3/quantity', 'orders.line.quantity-not-positive'],
      ],
    });
  });

  it('but 1,000 lines are fine, and the key of all those refusals is still free', async () => {
    const lines = Array.from({ length: 1_000 }, () => line({ quantity: 1 }));
    const wealthy = await shop.customer(1_000_000);
    await application.api().post(`/stock/${mug}/receipts`).send({ quantity: 1_000 }).expect(201);
    const { body } = await shop.place(wealthy, lines).set('Idempotency-Key', KEY).expect(202);
    const order = await shop.complete(body.orderId);
    expect(order).toMatchObject({ total: gbp(255_000) });
    expect(order.lines).toHaveLength(1_000);
  });

  it('an agreed price does not count unless the process trusts its callers', async () => {
    const { body } = await shop
      .place(customerId, [line({ quantity: 2, agreedUnitPrice: gbp(1) })])
      .expect(202);
    expect(await shop.see(`/orders/${body.orderId}`)).toMatchObject({
      total: gbp(510),
      lines: [{ unitPrice: gbp(255) }],
    });
  });

  it('what the catalog and the price list have just been told counts at once', async () => {
    // Given copies that are behind ...
    await Promise.all(COPIES.map((copy) => shop.pause(copy)));
    // ... the owners are asked: a miss is never a refusal.
    const orderId = await shop.placed(customerId, { itemId: await shop.service(70), quantity: 1 });
    for (const copy of COPIES) await shop.resume(copy);
    expect(await shop.reaches(orderId, 'completed')).toMatchObject({ total: gbp(70) });
  });
});
