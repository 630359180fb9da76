import { v7 as uuidv7 } from 'uuid';
import { at, ordersUnderTest } from '../../../../test/support/orders-under-test';
import { statementsDuring } from '../../../../test/support/statements';
import { Refusal } from '../../../platform/domain/refusal';
import { OrderRepository } from '../persistence/order.repository';

describe('orders', () => {
  const orders = ordersUnderTest();
  const { http, place, placed, inside, change, advance, logOf, requestCancellation } = orders;

  describe('following an order', () => {
    it('answers as soon as it is final', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      const waiting = http()
        .get(`/orders/${orderId}`)
        .set('Prefer', 'wait=20')
        .then((response) => response);
      await advance(orderId, 'awaiting-credit');
      await change(orderId, (order) => order.reject('credit-refused', at));
      const { body, headers } = await waiting;
      expect(body).toMatchObject({
        state: 'rejected',
        history: [
          { state: 'placed' },
          { state: 'awaiting-credit' },
          { state: 'rejected', reason: 'credit-refused' },
        ],
      });
      expect(headers['preference-applied']).toBe('wait=20');
      expect(headers.etag).toBe('"5"');
    });

    it('answers with the order as it stands when the time is up', async () => {
      const { body } = await place([{ itemId: 'MUG', quantity: 1 }])
        .set('Prefer', 'wait=1')
        .expect(202);
      expect(body).toMatchObject({ state: 'placed', lines: [{ itemId: 'MUG' }] });
    });

    it('streams its history until it is final, and goes on where a client stopped', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await advance(orderId, 'awaiting-credit');
      const streaming = http()
        .get(`/orders/${orderId}/events`)
        .buffer(true)
        .then((response) => response);
      await advance(orderId, 'awaiting-stock');
      await change(orderId, (order) => order.cancel('payment-declined', at));

      const { text, headers } = await streaming;
      expect(headers['content-type']).toContain('text/event-stream');
      expect(text.match(/^(id|event): .*$/gm)).toEqual([
        'id: 0',
        'event: placed',
        'id: 1',
        'event: awaiting-credit',
        'id: 2',
        'event: awaiting-stock',
        'id: 3',
        'event: cancelled',
      ]);
      expect(text).toContain(
        `data: {"at":"${at.toISOString()}","state":"cancelled","reason":"payment-declined"}`,
      );

      const rest = await http().get(`/orders/${orderId}/events`).set('Last-Event-ID', '1').buffer(true);
      expect(rest.text.match(/^id: .*$/gm)).toEqual(['id: 2', 'id: 3']);
      await http().get(`/orders/${orderId}/events`).set('Last-Event-ID', '3').expect(204);
      await http().get(`/orders/${uuidv7()}/events`).expect(404);
    });

    it('does not find what is not there', async () => {
      expect((await http().get(`/orders/${uuidv7()}`).expect(404)).body.code).toBe('orders.order-unknown');
    });
  });

  describe('moving an order on', () => {
    it('leaves its messages alone, and its history grows by one', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await advance(orderId, 'awaiting-credit');
      await advance(orderId, 'awaiting-credit');
      await change(orderId, (order) => order.dispatched(at));
      expect((await logOf(orderId)).map(({ type, key_version }) => [type, key_version])).toEqual([
        ['orders.order-placed', '1'],
        ['orders.order-dispatched', '2'],
      ]);
      expect((await http().get(`/orders/${orderId}`)).body.history).toHaveLength(3);
    });

    it('is written once for many orders and many steps, and before an order is locked', async () => {
      const ids = [
        await placed({ itemId: 'MUG', quantity: 1 }),
        await placed({ itemId: 'MUG', quantity: 1 }),
      ];
      const statements = await statementsDuring(() =>
        inside(async () => {
          for (const orderId of ids)
            for (const state of ['awaiting-credit', 'awaiting-stock'] as const)
              await orders.app.get(OrderRepository).advance(orderId, state, at);
          const order = await orders.app.get(OrderRepository).lock(ids[0]);
          expect(order?.history.map(({ state }) => state)).toEqual([
            'placed',
            'awaiting-credit',
            'awaiting-stock',
          ]);
          await orders.app.get(OrderRepository).advance(ids[0], 'awaiting-payment', at);
        }),
      );
      // The steps of both before the lock; the last one with the order that was locked by then.
      expect(statements.filter((sql) => /update "?orders/i.test(sql))).toHaveLength(2);
      for (const [index, last] of ['awaiting-payment', 'awaiting-stock'].entries()) {
        const { history } = (await http().get(`/orders/${ids[index]}`)).body as {
          history: { state: string }[];
        };
        expect(history.at(-1)?.state).toBe(last);
        expect(history).toHaveLength(4 - index);
      }
    });

    it('is over once it is final', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await change(orderId, (order) => order.complete(at));
      await expect(advance(orderId, 'undoing')).rejects.toThrow('is final');
      await expect(advance(uuidv7(), 'undoing')).rejects.toThrow('There is no order');
    });
  });

  describe('cancelling an order', () => {
    it('is asked of its fulfilment', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      const { body } = await http().post(`/orders/${orderId}/cancellation`).expect(202);
      expect(body).toMatchObject({ orderId, state: 'placed' });
      expect(requestCancellation).toHaveBeenCalledWith(orderId);
    });

    it('is refused where the fulfilment refuses, and for an order that nobody placed', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      requestCancellation.mockRejectedValue(new Refusal('conflict', 'orders.not-cancellable', 'Too late.'));
      expect((await http().post(`/orders/${orderId}/cancellation`).expect(409)).body.code).toBe(
        'orders.not-cancellable',
      );
      await http().post(`/orders/${uuidv7()}/cancellation`).expect(404);
    });
  });
});
