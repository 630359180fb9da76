import { at, gbp, ordersUnderTest } from '../../../../test/support/orders-under-test';

describe('orders', () => {
  const orders = ordersUnderTest();
  const { http, placed, change, logOf, count } = orders;

  describe('returning items', () => {
    const giveBack = (orderId: string, ...lines: object[]) =>
      http().post(`/orders/${orderId}/returns`).send({ lines });

    it('takes them from the lines in order, refunds at their prices, and shows what came back', async () => {
      const orderId = await placed(
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(300) },
        { itemId: 'POST', quantity: 1 },
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(250) },
      );
      expect((await giveBack(orderId, { itemId: 'MUG', quantity: 1 }).expect(409)).body.code).toBe(
        'orders.return.order-not-completed',
      );
      await change(orderId, (order) => order.complete(at));
      const totals = (await http().get('/orders/totals')).body;

      const { body } = await giveBack(
        orderId,
        { itemId: 'MUG', quantity: 3 },
        { itemId: 'POST', quantity: 1 },
      ).expect(201);

      expect(body).toEqual({ returnId: expect.any(String), refund: gbp(2650) });
      expect((await logOf(orderId)).at(-1)).toEqual({
        type: 'orders.return-accepted',
        key_version: '3',
        payload: {
          orderId,
          returnId: body.returnId,
          refund: gbp(2650),
          lines: [
            { itemId: 'MUG', quantity: 2, unitPrice: 300, stockTracked: true },
            { itemId: 'POST', quantity: 1, unitPrice: 1800, stockTracked: false },
            { itemId: 'MUG', quantity: 1, unitPrice: 250, stockTracked: true },
          ],
        },
      });
      expect(
        (await http().get(`/orders/${orderId}`)).body.lines.map(
          ({ returned }: { returned: number }) => returned,
        ),
      ).toEqual([2, 1, 1]);
      expect((await http().get(`/orders/${orderId}/returns`)).body.items).toMatchObject([
        { returnId: body.returnId, orderId, refund: gbp(2650) },
      ]);
      expect((await http().get('/orders/totals')).body).toMatchObject({
        returns: totals.returns + 1,
        returnedLines: totals.returnedLines + 2,
      });
      expect((await giveBack(orderId, { itemId: 'MUG', quantity: 2 }).expect(422)).body.errors[0].code).toBe(
        'orders.return.more-than-bought',
      );
    });

    it('never takes the same units twice, however many ask at once', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 3 });
      await change(orderId, (order) => order.complete(at));
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => giveBack(orderId, { itemId: 'MUG', quantity: 1 })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422]);
      expect((await logOf(orderId)).map(({ key_version }) => Number(key_version))).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it('counts orders by state', async () => {
    const { byState } = (await http().get('/orders/totals').expect(200)).body;
    const known: number = Object.values<number>(byState).reduce((sum, orders) => sum + orders, 0);
    expect(known).toBe(await count('orders'));
  });
});
