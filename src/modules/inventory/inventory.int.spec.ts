import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { type ContextApplication, startContext } from '../../../test/support/context-application';
import { statementsDuring } from '../../../test/support/statements';
import type { UnitOfWork } from '../../platform/unit-of-work/unit-of-work';
import { Money } from '../../platform/domain/money';
import { encodeCursor } from '../../platform/http/paging';
import { contractOf } from '../../platform/messages/contract';
import type { Envelope } from '../../platform/messages/envelope';
import type { Prefetching } from '../../platform/messages/handlers';
import { subscriptionDefinition } from '../../platform/messages/subscription';
import type { Consumer } from '../../platform/subscriptions/consumer';
import { deliver } from '../../platform/subscriptions/deliver';
import { FindItems, type ItemView } from '../catalog/contracts/find-items.query';
import { ItemAdded } from '../catalog/contracts/item-added.event';
import { OrderedLine } from '../orders/contracts/ordered-line';
import { ReturnAccepted } from '../orders/contracts/return-accepted.event';
import { ShipmentDispatched } from '../shipping/contracts/shipment-dispatched.event';
import { ShipmentLine } from '../shipping/contracts/shipment-line';
import { ShipmentLost } from '../shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../shipping/contracts/shipment-returned.event';
import { ItemQuantity } from './contracts/item-quantity';
import { ReleaseStock } from './contracts/release-stock.command';
import { ReserveStock } from './contracts/reserve-stock.command';
import { InventoryModule } from './inventory.module';
import { DispatchStockWhenShipmentDispatched } from './reactions/dispatch-stock-when-shipment-dispatched';
import { KeepItemCopyWhenItemAdded } from './reactions/keep-item-copy-when-item-added';
import { PutStockBackWhenReturnAccepted } from './reactions/put-stock-back-when-return-accepted';
import { ReserveStockHandler } from './reserve-stock/reserve-stock.handler';

const MODULE = 'inventory';

/**
 * Answers for catalog: everything is a tracked item but POST, and NOTHING is unknown. Keeps account of what
 * it was asked.
 */
@QueryHandler(FindItems)
class FindItemsStandIn implements IQueryHandler<FindItems> {
  readonly asked: string[] = [];

  async execute({ itemIds }: FindItems): Promise<ItemView[]> {
    this.asked.push(...itemIds);
    return itemIds
      .filter((itemId) => itemId !== 'NOTHING')
      .map((itemId) => ({ itemId, name: itemId, stockTracked: itemId !== 'POST', withdrawn: false }));
  }
}

describe('inventory', () => {
  let context: ContextApplication;
  let work: UnitOfWork;
  let app: ContextApplication['app'];

  beforeAll(async () => {
    context = await startContext(MODULE, InventoryModule, { standIns: { catalog: FindItemsStandIn } });
    ({ app, work } = context);
  });

  afterAll(() => context?.close());

  type Pairs = readonly (readonly [string, number])[];
  const http = () => context.http();
  const receive = (itemId: string, quantity: number) =>
    http()
      .post(`/stock/${encodeURIComponent(itemId)}/receipts`)
      .send({ quantity });
  const adjust = (itemId: string, quantity: number) =>
    http().post(`/stock/${itemId}/adjustments`).send({ quantity, reason: 'counted' });
  const stock = async (itemId: string): Promise<object> =>
    (
      await http()
        .get(`/stock/${encodeURIComponent(itemId)}`)
        .expect(200)
    ).body as object;
  const reservation = async (orderId: string): Promise<object> =>
    (await http().get(`/reservations/${orderId}`).expect(200)).body as object;
  const reserving = (orderId: string, ...lines: Pairs) =>
    new ReserveStock({
      orderId,
      lines: lines.map(([itemId, quantity]) => ItemQuantity.of(itemId, quantity)),
    });
  const reserve = (orderId: string, ...lines: Pairs) =>
    context.commands.execute(reserving(orderId, ...lines));
  const release = (orderId: string) => context.commands.execute(new ReleaseStock({ orderId }));
  const dispatched = (orderId: string, shipmentId: string, ...lines: Pairs) =>
    new ShipmentDispatched({
      orderId,
      shipmentId,
      lines: lines.map(([itemId, quantity]) => ShipmentLine.of(itemId, quantity)),
    });
  const dispatch = (orderId: string, shipmentId: string, ...lines: Pairs) =>
    work.run(MODULE, () =>
      app.get(DispatchStockWhenShipmentDispatched).handle(dispatched(orderId, shipmentId, ...lines)),
    );
  const putBack = (orderId: string, returnId: string, ...lines: OrderedLine[]) =>
    work.run(MODULE, () =>
      app
        .get(PutStockBackWhenReturnAccepted)
        .handle(new ReturnAccepted({ orderId, returnId, lines, refund: Money.of(100, 'GBP') })),
    );

  /** Messages as they come to one subscription, in one batch. */
  const deliverAll = <Message extends object>(
    handler: Prefetching<Message> &
      ({ execute(message: Message): Promise<unknown> } | { handle(message: Message): Promise<unknown> }),
    type: new (...fields: never[]) => Message,
    messages: readonly Message[],
  ): Promise<void> => {
    const contract = contractOf(type);
    const { name, version, module } = contract;
    const consumer: Consumer = {
      definition: subscriptionDefinition('inventory.batch'),
      module: MODULE,
      handledBy: handler.constructor.name,
      contracts: new Map([[name, contract]]),
      logs: [module],
      prefetch: (batch) => handler.prefetch(batch as readonly Message[]),
      handle: async (message) => {
        await ('execute' in handler
          ? handler.execute(message as Message)
          : handler.handle(message as Message));
      },
    };
    const envelopes = messages.map<Envelope>((message, index) => ({
      id: uuidv7(),
      type: name,
      version,
      source: module,
      kind: 'event',
      subject: String(index),
      aggregateType: 'test',
      keyVersion: 1,
      lane: 0,
      time: new Date(),
      correlationId: uuidv7(),
      data: JSON.parse(JSON.stringify(message)) as Record<string, unknown>,
      position: { generation: 1, tick: 1n, seq: BigInt(index) },
    }));
    return work.run(MODULE, () => deliver(consumer, envelopes));
  };

  /** What was published about a key, oldest first: its version, its name without the module's, its data. */
  const published = async (key: string): Promise<[number, string, object][]> => {
    const rows = await context.logOf(key);
    return rows.map((row) => [Number(row.key_version), row.type.replace('inventory.', ''), row.payload]);
  };

  describe('receipts and adjustments', () => {
    it('make the stock of an item that only catalog knows', async () => {
      const answer = await receive('85123A', 10).expect(201, { itemId: '85123A', onHand: 10, reserved: 0 });
      expect(answer.headers.location).toBe('/stock/85123A');
      await adjust('85123A', -3).expect(201, { itemId: '85123A', onHand: 7, reserved: 0 });
      await adjust('85123A', 0).expect(201);
      expect(await stock('85123A')).toEqual({
        itemId: '85123A',
        onHand: 7,
        reserved: 0,
        received: 10,
        adjusted: -3,
        dispatched: 0,
        returned: 0,
        lost: 0,
      });
      expect(await published('85123A')).toEqual([
        [1, 'stock-received', { itemId: '85123A', quantity: 10 }],
        [2, 'stock-adjusted', { itemId: '85123A', quantity: -3, reason: 'counted' }],
        [3, 'stock-adjusted', { itemId: '85123A', quantity: 0, reason: 'counted' }],
      ]);
    });

    it('do not ask catalog for an item in the copy, nor for one that has stock', async () => {
      await work.run(MODULE, () =>
        app
          .get(KeepItemCopyWhenItemAdded)
          .handle(new ItemAdded({ itemId: 'COPIED', name: 'Copied', stockTracked: true })),
      );
      await receive('COPIED', 1).expect(201);
      await receive('ASKED ONCE/1', 1).expect(201);
      await receive('ASKED ONCE/1', 1).expect(201);
      const { asked } = app.get(FindItemsStandIn, { strict: false });
      expect(asked.filter((itemId) => ['COPIED', 'ASKED ONCE/1'].includes(itemId))).toEqual(['ASKED ONCE/1']);
    });

    it.each([
      ['POST', 422, 'inventory.item-not-stock-tracked'],
      ['NOTHING', 404, 'inventory.item-unknown'],
    ])('of %s are refused and leave nothing', async (itemId, status, code) => {
      expect((await receive(itemId, 1).expect(status)).body).toMatchObject({ code });
      expect((await adjust(itemId, 1).expect(status)).body).toMatchObject({ code });
      await http().get(`/stock/${itemId}`).expect(404);
      expect(await published(itemId)).toEqual([]);
    });

    it('of the same item at the same time are all counted', async () => {
      await Promise.all(Array.from({ length: 12 }, () => receive('CROWDED', 2).expect(201)));
      expect(await stock('CROWDED')).toMatchObject({ onHand: 24, received: 24 });
      expect((await published('CROWDED')).map(([version]) => version)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
      ]);
    });

    it('with the same idempotency key are done once', async () => {
      const key = uuidv7();
      const first = await receive('ONCE', 5).set('Idempotency-Key', key).expect(201);
      const again = await receive('ONCE', 5).set('Idempotency-Key', key).expect(201);
      expect([again.body, again.headers.location]).toEqual([first.body, first.headers.location]);
      await receive('ONCE', 6).set('Idempotency-Key', key).expect(422);
      expect(await stock('ONCE')).toMatchObject({ onHand: 5 });
    });

    it('want a whole number in range', async () => {
      await receive('A', 0).expect(422);
      await receive('A', 1.5).expect(400);
      await receive('a', 1).expect(400);
      await http().post('/stock/A/adjustments').send({ quantity: 1, reason: ' ' }).expect(422);
    });

    it('may not take what is set aside for orders', async () => {
      await receive('HELD', 5);
      await reserve(uuidv7(), ['HELD', 4]);
      expect((await adjust('HELD', -2).expect(422)).body).toMatchObject({
        code: 'inventory.adjustment-below-reserved',
      });
      await adjust('HELD', -1).expect(201, { itemId: 'HELD', onHand: 4, reserved: 4 });
    });
  });

  describe('a reservation', () => {
    it('is made, dispatched and partly returned, each once', async () => {
      const [orderId, shipmentId, returnId] = [uuidv7(), uuidv7(), uuidv7()];
      const wanted = [
        ['GOODS B', 2],
        ['GOODS A', 1],
        ['GOODS B', 3],
      ] as const;
      await receive('GOODS A', 5);
      await receive('GOODS B', 5);
      await reserve(orderId, ...wanted);
      await reserve(orderId, ...wanted);
      expect(await stock('GOODS B')).toMatchObject({ onHand: 5, reserved: 5 });
      await dispatch(orderId, shipmentId, ...wanted);
      await dispatch(orderId, shipmentId, ...wanted);
      expect(await stock('GOODS B')).toMatchObject({ onHand: 0, reserved: 0, dispatched: 5 });
      await release(orderId);
      const lines = [
        OrderedLine.of('GOODS B', 2, 100, true),
        OrderedLine.of('POST', 1, 100, false),
        OrderedLine.of('GOODS B', 1, 90, true),
      ];
      await putBack(orderId, returnId, ...lines);
      await putBack(orderId, returnId, ...lines);
      expect(await stock('GOODS B')).toEqual({
        itemId: 'GOODS B',
        onHand: 3,
        reserved: 0,
        received: 5,
        adjusted: 0,
        dispatched: 5,
        returned: 3,
        lost: 0,
      });

      const both = [
        { itemId: 'GOODS A', quantity: 1 },
        { itemId: 'GOODS B', quantity: 5 },
      ];
      const back = [{ itemId: 'GOODS B', quantity: 3 }];
      expect(await published(orderId)).toEqual([
        [1, 'stock-reserved', { orderId, lines: both }],
        [2, 'stock-dispatched', { orderId, shipmentId, lines: both }],
        [3, 'stock-returned', { orderId, returnId, lines: back }],
      ]);
      expect(await reservation(orderId)).toEqual({
        orderId,
        state: 'dispatched',
        lines: both,
        shipmentId,
        parcel: null,
        returns: [{ returnId, lines: back }],
      });
    });

    it('is refused as a whole when one item is short', async () => {
      const orderId = uuidv7();
      await receive('PLENTY', 5);
      await reserve(orderId, ['PLENTY', 1], ['NEVER RECEIVED', 1]);
      expect(await published(orderId)).toEqual([
        [
          1,
          'stock-refused',
          { orderId, shortages: [{ itemId: 'NEVER RECEIVED', requested: 1, available: 0 }] },
        ],
      ]);
      expect(await stock('PLENTY')).toMatchObject({ reserved: 0 });
      expect(await reservation(orderId)).toMatchObject({ state: 'refused', lines: [] });
    });

    it('is released once', async () => {
      const orderId = uuidv7();
      await receive('RELEASED', 5);
      await reserve(orderId, ['RELEASED', 5]);
      await release(orderId);
      await release(orderId);
      await reserve(orderId, ['RELEASED', 5]);
      expect((await published(orderId)).map(([, type]) => type)).toEqual([
        'stock-reserved',
        'stock-released',
      ]);
      expect(await stock('RELEASED')).toMatchObject({ onHand: 5, reserved: 0 });
    });

    it('that was released before it was asked for is refused', async () => {
      const orderId = uuidv7();
      await release(orderId);
      await receive('TOO LATE', 5);
      await reserve(orderId, ['TOO LATE', 5]);
      await reserve(orderId, ['TOO LATE', 5]);
      await release(orderId);
      expect((await published(orderId)).map(([, type]) => type)).toEqual(['stock-released', 'stock-refused']);
      expect(await stock('TOO LATE')).toMatchObject({ reserved: 0 });
    });

    it('of items that many orders want is never too much, and never deadlocks within a batch of orders', async () => {
      await receive('POPULAR 1', 20);
      await receive('POPULAR 2', 20);
      const orders = Array.from({ length: 30 }, () => uuidv7());
      const batches = [orders.slice(0, 15), orders.slice(15)].map((batch, index) =>
        work.run(MODULE, async () => {
          for (const [position, orderId] of batch.entries())
            await reserve(orderId, [`POPULAR ${1 + ((position + index) % 2)}`, 2]);
        }),
      );
      await Promise.all(batches);
      expect(await stock('POPULAR 1')).toMatchObject({ onHand: 20, reserved: 20 });
      expect(await stock('POPULAR 2')).toMatchObject({ onHand: 20, reserved: 20 });
      const answers = await Promise.all(
        orders.map(async (orderId) => (await published(orderId)).map(([, type]) => type).join()),
      );
      expect(answers.filter((answer) => answer === 'stock-reserved')).toHaveLength(20);
      expect(answers.filter((answer) => answer === 'stock-refused')).toHaveLength(10);
    });

    it('takes as many statements for a thousand lines as for one', async () => {
      const statementsFor = async (lines: Pairs): Promise<number[]> => {
        const orderId = uuidv7();
        const reserving = await statementsDuring(() => reserve(orderId, ...lines));
        const dispatching = await statementsDuring(() => dispatch(orderId, uuidv7(), ...lines));
        return [reserving.length, dispatching.length];
      };
      const many = Array.from({ length: 1_000 }, (_, index) => [`MANY ${index}`, 1] as const);
      await work.run(MODULE, () =>
        work.manager.query(
          `insert into stock_items (item_id, on_hand, received) select 'MANY ' || n, 1, 1 from generate_series(0, 999) as n`,
        ),
      );
      await receive('ONE', 1);
      // the beginning, its turn, the reservation, the items, the items again, the reservation again, the
      // messages, the commit
      expect([await statementsFor(many), await statementsFor([['ONE', 1]])]).toEqual([
        [8, 8],
        [8, 8],
      ]);
    });

    it('of a batch takes as many statements for a hundred orders as for one', async () => {
      const statementsFor = async (orders: number): Promise<number[]> => {
        const reservations = Array.from({ length: orders }, (_, index) =>
          reserving(uuidv7(), [`BATCH ${index}`, 1], ['IN COMMON', 1], [`BATCH ${100 + index}`, 1]),
        );
        const left = reservations.map(({ orderId, lines }) =>
          dispatched(orderId, uuidv7(), ...lines.map(({ itemId, quantity }) => [itemId, quantity] as const)),
        );
        const reserve = await statementsDuring(() =>
          deliverAll(app.get(ReserveStockHandler), ReserveStock, reservations),
        );
        const dispatch = await statementsDuring(() =>
          deliverAll(app.get(DispatchStockWhenShipmentDispatched), ShipmentDispatched, left),
        );
        return [reserve.length, dispatch.length];
      };
      await work.run(MODULE, () =>
        work.manager.query(
          `insert into stock_items (item_id, on_hand, received)
           select item_id, 1000, 1000 from (select 'BATCH ' || n from generate_series(0, 199) as n union all select 'IN COMMON') as items (item_id)`,
        ),
      );
      // as for a thousand lines
      expect([await statementsFor(1), await statementsFor(100)]).toEqual([
        [8, 8],
        [8, 8],
      ]);
      expect(await stock('IN COMMON')).toMatchObject({ onHand: 899, reserved: 0, dispatched: 101 });
    });

    it('sees what the one before it in its batch has taken', async () => {
      await receive('SHARED', 5);
      const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
      await deliverAll(app.get(ReserveStockHandler), ReserveStock, [
        reserving(first, ['SHARED', 3]),
        reserving(second, ['SHARED', 3]),
        reserving(third, ['SHARED', 2]),
      ]);
      expect(await Promise.all([first, second, third].map(reservation))).toMatchObject([
        { state: 'reserved' },
        { state: 'refused' },
        { state: 'reserved' },
      ]);
      expect(await stock('SHARED')).toMatchObject({ onHand: 5, reserved: 5 });

      await deliverAll(app.get(DispatchStockWhenShipmentDispatched), ShipmentDispatched, [
        dispatched(first, uuidv7(), ['SHARED', 3]),
        dispatched(third, uuidv7(), ['SHARED', 2]),
      ]);
      expect(await stock('SHARED')).toMatchObject({ onHand: 0, reserved: 0, dispatched: 5 });
    });

    it('that does not fit a dispatch moves nothing', async () => {
      const orderId = uuidv7();
      await receive('UNFIT', 5);
      await reserve(orderId, ['UNFIT', 5]);
      await expect(dispatch(orderId, uuidv7(), ['UNFIT', 4])).rejects.toThrow(/other goods/);
      expect(await stock('UNFIT')).toMatchObject({ onHand: 5, reserved: 5, dispatched: 0 });
    });

    it('is settled where the parcel is lost and then turns up, also before the dispatch is heard of, each once', async () => {
      const [orderId, shipmentId] = [uuidv7(), uuidv7()];
      await receive('ASTRAY', 9);
      await reserve(orderId, ['ASTRAY', 4]);
      const lines = [{ itemId: 'ASTRAY', quantity: 4 }];
      const parcel = {
        orderId,
        shipmentId,
        lines: [ShipmentLine.of('ASTRAY', 3), ShipmentLine.of('ASTRAY', 1)],
      };
      await context.deliver(new ShipmentLost({ ...parcel, reason: 'reported' }));
      expect(await stock('ASTRAY')).toMatchObject({ onHand: 9, reserved: 4, dispatched: 0, lost: 4 });
      await dispatch(orderId, shipmentId, ['ASTRAY', 4]);
      await context.deliver(new ShipmentLost({ ...parcel, reason: 'reported' }));
      expect(await stock('ASTRAY')).toMatchObject({
        onHand: 5,
        reserved: 0,
        dispatched: 4,
        returned: 0,
        lost: 4,
      });
      expect(await reservation(orderId)).toMatchObject({ state: 'dispatched', parcel: 'lost' });
      for (let time = 0; time < 2; time += 1) await context.deliver(new ShipmentReturned(parcel));
      expect(await stock('ASTRAY')).toMatchObject({
        onHand: 9,
        reserved: 0,
        dispatched: 4,
        returned: 4,
        lost: 0,
      });
      expect(await reservation(orderId)).toMatchObject({
        state: 'dispatched',
        parcel: 'returned',
        returns: [],
      });
      expect(await published(orderId)).toEqual([
        [1, 'stock-reserved', { orderId, lines }],
        [2, 'stock-lost', { orderId, shipmentId, lines }],
        [3, 'stock-dispatched', { orderId, shipmentId, lines }],
        [4, 'stock-brought-back', { orderId, shipmentId, lines }],
      ]);
    });

    it('nobody asked for is unknown', async () => {
      expect((await http().get(`/reservations/${uuidv7()}`).expect(404)).body).toMatchObject({
        code: 'inventory.reservation-unknown',
      });
    });
  });

  describe('the list and the totals', () => {
    it('go through all stock, page by page', async () => {
      const seen: { itemId: string; onHand: number; reserved: number; received: number }[] = [];
      for (let cursor: string | undefined, first = true; first || cursor; first = false) {
        const { body } = await http().get('/stock').query({ limit: 100, cursor }).expect(200);
        const page = body as { items: typeof seen; nextCursor?: string };
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      const ids = seen.map(({ itemId }) => itemId);
      expect(ids.length).toBeGreaterThan(1_000);
      expect(ids).toEqual([...new Set(ids)].sort());
      const sum = (figure: 'onHand' | 'reserved' | 'received') =>
        seen.reduce((total, item) => total + item[figure], 0);
      const { body } = await http().get('/stock/totals').expect(200);
      expect(body).toMatchObject({
        onHand: sum('onHand'),
        reserved: sum('reserved'),
        received: sum('received'),
      });
    });

    it('refuse a cursor of another kind', async () => {
      await http().get('/stock').query({ cursor: 'rubbish' }).expect(400);
      const { body } = await http()
        .get('/stock')
        .query({ cursor: encodeCursor(['no item’s id']) })
        .expect(422);
      expect(body).toMatchObject({ code: 'inventory.cursor-malformed' });
    });
  });

  it('keeps its figures even against its own code', async () => {
    const spoil = (change: string) =>
      work.run(MODULE, () => work.manager.query(`update stock_items set ${change}`));
    await expect(spoil('on_hand = on_hand + 1')).rejects.toThrow(/on_hand_is_accounted_for/);
    await expect(spoil('reserved = on_hand + 1')).rejects.toThrow(/reserved_is_on_hand/);
  });
});
