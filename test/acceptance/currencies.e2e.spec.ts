import { startTestApplication, type TestApplication } from '../support/application';
import { type Line, Shop } from '../support/shop';

const money = (amount: number, currency: string) => ({ amount, currency });

describe('money is in any currency', () => {
  let application: TestApplication;
  let shop: Shop;

  beforeAll(async () => {
    application = await startTestApplication();
    shop = new Shop(application);
  });

  afterAll(async () => {
    await shop?.comesToRest();
    await shop?.booksAddUp();
    await application?.close();
  });

  const limit = (customerId: string, amount: number, currency: string) =>
    application
      .api()
      .put(`/credit-accounts/${customerId}`)
      .send({ limit: money(amount, currency) });
  const credit = (customerId: string, currency?: string) =>
    shop.see<Record<string, unknown>>(
      `/credit-accounts/${customerId}${currency === undefined ? '' : `?currency=${currency}`}`,
    );
  const place = async (customerId: string, currency: string, ...lines: Line[]): Promise<string> =>
    (await shop.place(customerId, lines, { currency }).expect(202)).body.orderId as string;

  it("an order in euros completes beside the same customer's orders in pounds, yen and dinars", async () => {
    const customerId = await shop.customer(1_000);
    await limit(customerId, 800, 'EUR').expect(200);
    const mug = await shop.goods(500);
    for (const [currency, amount] of [
      ['EUR', 400],
      ['JPY', 700],
      ['KWD', 1_250],
    ] as const)
      await shop.price(mug, amount, currency);

    const expected = { GBP: 1_000, EUR: 800, JPY: 1_400, KWD: 2_500 };
    const orders = await Promise.all(
      Object.entries(expected).map(async ([currency, total]) => ({
        currency,
        total,
        orderId: await place(customerId, currency, { itemId: mug, quantity: 2 }),
      })),
    );
    for (const { orderId } of orders) await shop.reaches(orderId, 'awaiting-dispatch');
    // Each limit is used up, or nearly so, by an order in its currency; none of them knows of the others.
    expect(await credit(customerId)).toMatchObject({ held: money(1_000, 'GBP'), available: money(0, 'GBP') });
    expect(await credit(customerId, 'EUR')).toMatchObject({
      customerId,
      limit: money(800, 'EUR'),
      held: money(800, 'EUR'),
      available: money(0, 'EUR'),
      accounts: [
        { held: money(800, 'EUR') },
        { held: money(1_000, 'GBP') },
        { held: money(1_400, 'JPY'), limit: money(1_500, 'JPY') },
        { held: money(2_500, 'KWD'), limit: money(1_500_000, 'KWD') },
      ],
    });
    const poor = await place(customerId, 'EUR', { itemId: mug, quantity: 1 });
    expect((await shop.reaches(poor, 'rejected')).history.at(-1)).toMatchObject({ reason: 'credit-refused' });

    for (const { orderId, currency, total } of orders) {
      expect(await shop.complete(orderId)).toMatchObject({ total: money(total, currency) });
      expect(await shop.payment(orderId)).toMatchObject({
        state: 'captured',
        amount: money(total, currency),
        captured: total,
      });
    }
    expect(await credit(customerId, 'EUR')).toMatchObject({ held: money(0, 'EUR') });

    const euros = orders.find(({ currency }) => currency === 'EUR')?.orderId ?? '';
    const { body } = await shop.giveBack(euros, { itemId: mug, quantity: 1 }).expect(201);
    expect(body).toMatchObject({ refund: money(400, 'EUR') });
    await shop.comesToRest();
    expect(await shop.payment(euros)).toMatchObject({
      refunded: 400,
      refunds: [{ amount: money(400, 'EUR'), state: 'refunded' }],
    });
    expect(await shop.see('/payments/totals')).toMatchObject({
      captured: 1_000,
      refunded: 0,
      currencies: expect.arrayContaining([{ currency: 'EUR', captured: 800, refunded: 400 }]),
    });
  });

  it('a price in one currency leaves those in others alone, and without one an order is refused', async () => {
    const customerId = await shop.customer();
    const fee = await shop.service(500);
    await shop.price(fee, 400, 'EUR');
    const prices = [money(400, 'EUR'), money(500, 'GBP')];
    expect(await shop.see(`/prices/${fee}`)).toMatchObject({ unitPrice: prices[1], prices, version: 2 });
    expect(await shop.see(`/prices/${fee}?currency=EUR`)).toMatchObject({
      unitPrice: prices[0],
      prices,
      version: 2,
    });

    const { body } = await shop
      .place(customerId, [{ itemId: fee, quantity: 1 }], { currency: 'JPY' })
      .expect(422);
    expect(body).toMatchObject({
      code: 'orders.refused',
      errors: [
        {
          pointer: '/lines/0/itemId',
          code: 'orders.line.price-missing',
          message: `${fee} has no price in JPY.`,
        },
      ],
    });
  });

  it('but one that ISO 4217 knows, with sums that stay exact', async () => {
    const customerId = await shop.customer();
    const gold = await shop.service(500);
    await shop.price(gold, Number.MAX_SAFE_INTEGER, 'EUR');
    const lines = [{ itemId: gold, quantity: 2 }];
    const tooLarge = await shop.place(customerId, lines, { currency: 'EUR' }).expect(422);
    expect(tooLarge.body).toMatchObject({ code: 'orders.total-too-large' });

    for (const currency of ['XXZ', 'DEM', 'eur']) {
      const refused = await Promise.all([
        shop.place(customerId, lines, { currency }),
        limit(customerId, 5, currency),
        application
          .api()
          .put(`/prices/${gold}`)
          .send({ unitPrice: money(5, currency) }),
      ]);
      expect(
        refused.map(({ status, body }) => [
          status,
          (body.errors as { pointer: string }[]).map(({ pointer }) => pointer),
        ]),
      ).toEqual([
        [422, ['/currency']],
        [422, ['/limit/currency']],
        [422, ['/unitPrice/currency']],
      ]);
    }
    expect(await credit(customerId)).toMatchObject({ accounts: [] });
  });
});
