import type { QueryBus } from '@nestjs/cqrs';
import { AdjustStockHandler } from '../../../src/modules/inventory/adjust-stock/adjust-stock.handler';
import { AdjustStock } from '../../../src/modules/inventory/contracts/adjust-stock.command';
import { ReceiveStock } from '../../../src/modules/inventory/contracts/receive-stock.command';
import { ReleaseStock } from '../../../src/modules/inventory/contracts/release-stock.command';
import { ReserveStock } from '../../../src/modules/inventory/contracts/reserve-stock.command';
import { Reservation } from '../../../src/modules/inventory/domain/reservation';
import { StockItem } from '../../../src/modules/inventory/domain/stock-item';
import { ItemCopies } from '../../../src/modules/inventory/persistence/item-copies';
import { ReservationRepository } from '../../../src/modules/inventory/persistence/reservation.repository';
import { StockRepository } from '../../../src/modules/inventory/persistence/stock.repository';
import { DispatchStockWhenShipmentDispatched } from '../../../src/modules/inventory/reactions/dispatch-stock-when-shipment-dispatched';
import { PutStockBackWhenReturnAccepted } from '../../../src/modules/inventory/reactions/put-stock-back-when-return-accepted';
import { SettleStockWhenParcelDoesNotArrive } from '../../../src/modules/inventory/reactions/settle-stock-when-parcel-does-not-arrive';
import { ReceiveStockHandler } from '../../../src/modules/inventory/receive-stock/receive-stock.handler';
import { ReleaseStockHandler } from '../../../src/modules/inventory/release-stock/release-stock.handler';
import { ReserveStockHandler } from '../../../src/modules/inventory/reserve-stock/reserve-stock.handler';
import { StockOnDemand } from '../../../src/modules/inventory/stock-on-demand';
import { FindItems } from '../../../src/modules/catalog/contracts/find-items.query';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { ShipmentDispatched } from '../../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentLost } from '../../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../../src/modules/shipping/contracts/shipment-returned.event';
import { MemoryWork } from '../memory-work';
import type { StockState } from '../models/stock-model';
import { AtOnce, inTurn, Together, type Module, type Reply } from '../reply';
import { Routes } from '../routes';

/** Inventory's own handlers, repositories and rules over tables in memory. */
export class InventoryInMemory implements Module<StockState> {
  private readonly work = MemoryWork.create();
  private readonly reservations: Map<string, Reservation>;
  private readonly items: Map<string, StockItem>;
  private readonly routes: Routes;

  constructor(isStockTracked: (itemId: string) => boolean | undefined = () => true) {
    const { memory } = this.work;
    const reservations = new ReservationRepository(this.work);
    this.reservations = memory.keep(Reservation, 'orderId');
    memory.answer('select pg_advisory_xact_lock', () => []);
    const stock = new StockRepository(this.work);
    this.items = memory.keep(StockItem, 'itemId');
    memory.answer(
      'insert into stock_items (item_id) values ($1) on conflict do nothing',
      ([itemId]: [string]) => {
        if (!this.items.has(itemId)) this.items.set(itemId, Object.assign(new StockItem(), { itemId }));
      },
    );
    const queries = {
      execute: async ({ itemIds }: FindItems) => catalogSays(itemIds, isStockTracked),
    } as unknown as QueryBus;
    const copies = new ItemCopies(this.work);
    memory.answer('select stock_tracked from item_copies', () => []);
    memory.answer('insert into item_copies', () => []);
    const onDemand = new StockOnDemand(stock, copies, queries);
    const receive = new ReceiveStockHandler(stock, onDemand);
    const adjust = new AdjustStockHandler(stock, onDemand);
    const reserve = new ReserveStockHandler(reservations, stock);
    const release = new ReleaseStockHandler(reservations, stock);
    const dispatch = new DispatchStockWhenShipmentDispatched(reservations, stock);
    const putBack = new PutStockBackWhenReturnAccepted(reservations, stock);
    const settle = new SettleStockWhenParcelDoesNotArrive(reservations, stock);
    this.routes = new Routes()
      .to(ReceiveStock, receive)
      .to(AdjustStock, adjust)
      .to(ReserveStock, reserve)
      .to(ReleaseStock, release)
      .to(ShipmentDispatched, dispatch)
      .to(ShipmentLost, settle)
      .to(ShipmentReturned, settle)
      .to(ReturnAccepted, putBack);
  }

  async handle(message: object): Promise<Reply> {
    if (message instanceof AtOnce) {
      const [first, second] = [await this.handle(message.message), await this.handle(message.message)];
      return { ...first, published: [...first.published, ...second.published] };
    }
    if (message instanceof Together) {
      const all = await this.work.handling(() => this.routes.handle(...message.messages));
      if (!all.refused) return all;
      const replies: Reply[] = [];
      for (const each of message.messages) replies.push(await this.handle(each));
      return inTurn(replies);
    }
    return this.work.handling(() => this.routes.handle(message));
  }

  state(): StockState {
    return {
      items: Object.fromEntries(
        [...this.items].map(
          ([itemId, { onHand, reserved, received, adjusted, dispatched, returned, lost }]) => [
            itemId,
            { onHand, reserved, received, adjusted, dispatched, returned, lost },
          ],
        ),
      ),
      reservations: Object.fromEntries(
        [...this.reservations].map(([orderId, { state }]) => [orderId, state]),
      ),
    };
  }
}

const catalogSays = (
  itemIds: readonly string[],
  isStockTracked: (itemId: string) => boolean | undefined,
): object[] =>
  itemIds.flatMap((itemId) => {
    const stockTracked = isStockTracked(itemId);
    return stockTracked === undefined ? [] : [{ itemId, name: itemId, stockTracked, withdrawn: false }];
  });
