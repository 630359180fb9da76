import { startTestApplication, type TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { gbp, type Line, Shop } from '../support/shop';

describe('items come back', () => {
  let application: TestApplication;
  let shop: Shop;
  let customerId: string;
  let mug: string;
  let plate: string;
  let advice: string;

  beforeAll(async () => {
    application = await startTestApplication({ TRUST_AGREED_PRICES: 'true' });
    shop = new Shop(application);
    customerId = await shop.customer(1_000_000);
    [mug, plate, advice] = [await shop.goods(255), await shop.goods(1_000), await shop.service(5_000)];
  });

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  const at = (price: number, itemId: string, quantity: number): Line => ({
    itemId,
    quantity,
    agreedUnitPrice: gbp(price),
  });

  async function bought(...lines: Line[]): Promise<string> {
    const orderId = await shop.placed(customerId, ...lines);
    await shop.complete(orderId);
    // An order does not wait for the stock that left with its parcel.
    await shop.catchesUp();
    return orderId;
  }

  async function refunded(orderId: string, amount: number): Promise<void> {
    await eventually(async () => expect(await shop.payment(orderId)).toMatchObject({ refunded: amount }));
    await shop.comesToRest();
  }

  it('over several lines at different prices: each unit at the price of its line, in the order of the lines', async () => {
    const orderId = await bought(at(300, mug, 2), at(1_000, plate, 1), at(250, mug, 3));
    const before = await shop.stock(mug);

    // Four mugs: two at 3.00 and two of the three at 2.50.
    const { body, headers } = await shop.giveBack(orderId, { itemId: mug, quantity: 4 }).expect(201);

    expect(body).toEqual({ returnId: expect.any(String), refund: gbp(1_100) });
    expect(headers.location).toBe(`/orders/${orderId}/returns`);
    await refunded(orderId, 1_100);
    expect(await shop.payment(orderId)).toMatchObject({
      captured: 2_350,
      refunds: [{ returnId: body.returnId, amount: gbp(1_100), state: 'refunded' }],
    });
    expect(await shop.stock(mug)).toMatchObject({
      onHand: before.onHand + 4,
      returned: before.returned + 4,
      reserved: 0,
    });
    expect(
      (await shop.see<{ lines: { returned: number }[] }>(`/orders/${orderId}`)).lines.map(
        ({ returned }) => returned,
      ),
    ).toEqual([2, 0, 2]);
    expect(await shop.see(`/orders/${orderId}/returns`)).toEqual({
      items: [
        {
          returnId: body.returnId,
          orderId,
          refund: gbp(1_100),
          acceptedAt: expect.any(String),
          lines: [
            { itemId: mug, quantity: 2, unitPrice: gbp(300), stockTracked: true },
            { itemId: mug, quantity: 2, unitPrice: gbp(250), stockTracked: true },
          ],
        },
      ],
    });

    // The one that is left comes back at the price of its line, and then no more.
    expect((await shop.giveBack(orderId, { itemId: mug, quantity: 1 }).expect(201)).body).toMatchObject({
      refund: gbp(250),
    });
    await shop.giveBack(orderId, { itemId: mug, quantity: 1 }).expect(422);
    await refunded(orderId, 1_350);
  });

  it('a service is refunded and moves no stock', async () => {
    const orderId = await bought(at(5_000, advice, 2), at(255, mug, 1));
    const before = await shop.see('/stock/totals');
    expect((await shop.giveBack(orderId, { itemId: advice, quantity: 1 }).expect(201)).body).toMatchObject({
      refund: gbp(5_000),
    });
    await refunded(orderId, 5_000);
    expect(await shop.see('/stock/totals')).toEqual(before);
    expect(await shop.story(orderId)).not.toContain('inventory.stock-returned');
  });

  it('everything at once, goods and services', async () => {
    const orderId = await bought(at(255, mug, 1), at(700, advice, 1), at(1_000, plate, 2));
    const lines = [
      { itemId: plate, quantity: 2 },
      { itemId: mug, quantity: 1 },
      { itemId: advice, quantity: 1 },
    ];
    expect((await shop.giveBack(orderId, ...lines).expect(201)).body).toMatchObject({ refund: gbp(2_955) });
    await refunded(orderId, 2_955);
    expect(await shop.payment(orderId)).toMatchObject({ captured: 2_955, refunded: 2_955 });
  });

  describe('is refused as a whole, and nothing moves', () => {
    let orderId: string;

    beforeAll(async () => {
      orderId = await bought(at(255, mug, 2), at(255, mug, 1));
    });

    async function refused(...lines: Line[]): Promise<{ code: string; errors: unknown }> {
      const [before, stock] = [await shop.traces(), await shop.see('/stock/totals')];
      const { body } = await shop
        .giveBack(orderId, ...lines)
        .set('Idempotency-Key', 'refused')
        .expect(422);
      expect(await shop.traces()).toEqual(before);
      expect(await shop.see('/stock/totals')).toEqual(stock);
      return { code: body.code as string, errors: body.errors };
    }

    const problem = (pointer: string, code: string) => ({
      code: 'orders.return.refused',
      errors: [{ pointer, code: `orders.return.${code}`, message: expect.any(String) }],
    });

    it('for more than was bought, over all lines of the item together', async () => {
      expect(await refused({ itemId: mug, quantity: 4 })).toEqual(
        problem('/lines/0/quantity', 'more-than-bought'),
      );
      expect(await refused({ itemId: mug, quantity: 2 }, { itemId: mug, quantity: 2 })).toEqual(
        problem('/lines/1/quantity', 'more-than-bought'),
      );
    });

    it('for what was not bought', async () => {
      expect(await refused({ itemId: mug, quantity: 1 }, { itemId: plate, quantity: 1 })).toEqual(
        problem('/lines/1/itemId', 'item-not-in-order'),
      );
    });

    it.each([0, -2])('for the quantity %d', async (quantity) => {
      expect(await refused({ itemId: mug, quantity })).toEqual(
        problem('/lines/0/quantity', 'quantity-not-positive'),
      );
    });

    it('for no lines', async () => {
      expect(await refused()).toMatchObject({ code: 'orders.return.no-lines' });
    });

    it('for an order that is not there', async () => {
      await shop.giveBack('01890a5d-ac96-774b-bcce-b302099a8057', { itemId: mug, quantity: 1 }).expect(404);
    });
  });

  it('only of a completed order', async () => {
    const onItsWay = await shop.placed(customerId, at(255, mug, 1));
    await shop.reaches(onItsWay, 'awaiting-dispatch');
    const early = await shop.giveBack(onItsWay, { itemId: mug, quantity: 1 }).expect(409);
    expect(early.body).toMatchObject({ code: 'orders.return.order-not-completed' });
    await shop.cancel(onItsWay).expect(202);
    await shop.reaches(onItsWay, 'cancelled');
    await shop.giveBack(onItsWay, { itemId: mug, quantity: 1 }).expect(409);
  });

  it('once, however often the request is sent', async () => {
    const orderId = await bought(at(255, mug, 5));
    const back = () =>
      shop.giveBack(orderId, { itemId: mug, quantity: 2 }).set('Idempotency-Key', `return-${orderId}`);
    const first = await back().expect(201);
    const again = await back().expect(201);
    expect(again.body).toEqual(first.body);
    await refunded(orderId, 510);
    expect(await shop.see(`/orders/${orderId}/returns`)).toMatchObject({
      items: [{ returnId: first.body.returnId }],
    });
  });

  it('never more than was bought, also when several ask at the same moment', async () => {
    const orderId = await bought(at(100, mug, 5));
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => shop.giveBack(orderId, { itemId: mug, quantity: 2 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422, 422, 422]);
    await refunded(orderId, 400);
  });

  it('is refunded when the provider is back', async () => {
    const orderId = await bought(at(100, mug, 1));
    await application.provider({ simulatorFailureRate: 1 });
    await shop.giveBack(orderId, { itemId: mug, quantity: 1 }).expect(201);
    await eventually(async () =>
      expect(await shop.payment(orderId)).toMatchObject({ refunded: 0, refunds: [{ state: 'requested' }] }),
    );
    await application.provider({ simulatorFailureRate: 0 });
    await refunded(orderId, 100);
  });

  it('and the books add up in the end', async () => {
    await shop.comesToRest();
    const totals = await shop.see<Record<string, number>>('/stock/totals');
    expect(totals.onHand).toBe(totals.received + totals.adjusted - totals.dispatched + totals.returned);
    expect(totals.reserved).toBe(0);
    const refunds = 1_350 + 5_000 + 2_955 + 510 + 400 + 100;
    expect(await shop.see('/payments/totals')).toMatchObject({ refunded: refunds, openJobs: 0 });
    expect(await shop.see('/orders/totals')).toMatchObject({ returns: 8, returnedLines: 10 });
  });
});
