import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import { FindItems, type ItemView } from '../../../src/modules/catalog/contracts/find-items.query';
import { StockAdjusted } from '../../../src/modules/inventory/contracts/stock-adjusted.event';
import { StockBroughtBack } from '../../../src/modules/inventory/contracts/stock-brought-back.event';
import { StockDispatched } from '../../../src/modules/inventory/contracts/stock-dispatched.event';
import { StockLost } from '../../../src/modules/inventory/contracts/stock-lost.event';
import { StockReceived } from '../../../src/modules/inventory/contracts/stock-received.event';
import { StockRefused } from '../../../src/modules/inventory/contracts/stock-refused.event';
import { StockReleased } from '../../../src/modules/inventory/contracts/stock-released.event';
import { StockReserved } from '../../../src/modules/inventory/contracts/stock-reserved.event';
import { StockReturned } from '../../../src/modules/inventory/contracts/stock-returned.event';
import { InventoryModule } from '../../../src/modules/inventory/inventory.module';
import { DispatchStockWhenShipmentDispatched } from '../../../src/modules/inventory/reactions/dispatch-stock-when-shipment-dispatched';
import { PutStockBackWhenReturnAccepted } from '../../../src/modules/inventory/reactions/put-stock-back-when-return-accepted';
import { SettleStockWhenParcelDoesNotArrive } from '../../../src/modules/inventory/reactions/settle-stock-when-parcel-does-not-arrive';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { ShipmentDispatched } from '../../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentLost } from '../../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../../src/modules/shipping/contracts/shipment-returned.event';
import { Refusal } from '../../../src/platform/domain/refusal';
import { contractOf } from '../../../src/platform/messages/contract';
import { type ContextApplication, startContext } from '../../support/context-application';
import type { StockFigures, StockState } from '../models/stock-model';
import { AtOnce, inTurn, Together, type Module, type Reply } from '../reply';

const MODULE = 'inventory';
const PUBLISHES = new Map(
  [
    StockReceived,
    StockAdjusted,
    StockReserved,
    StockRefused,
    StockReleased,
    StockDispatched,
    StockReturned,
    StockLost,
    StockBroughtBack,
  ].map((type) => [contractOf(type).name, type.prototype as object]),
);

/** Inventory alone, with a stand-in that answers for catalog. */
export function startInventory(
  isStockTracked: (itemId: string) => boolean | undefined,
): Promise<ContextApplication> {
  @QueryHandler(FindItems)
  class FindItemsStandIn implements IQueryHandler<FindItems> {
    async execute({ itemIds }: FindItems): Promise<ItemView[]> {
      return itemIds.flatMap((itemId) => {
        const stockTracked = isStockTracked(itemId);
        return stockTracked === undefined ? [] : [{ itemId, name: itemId, stockTracked, withdrawn: false }];
      });
    }
  }

  return startContext(MODULE, InventoryModule, { standIns: { catalog: FindItemsStandIn } });
}

/**
 * Inventory as it runs: its buses, its units of work, its statements and its log. Sees the part of the
 * database that is called by a prefix.
 */
export class InventoryInDatabase implements Module<StockState> {
  private readonly database: DataSource;
  private lastSeq = '0';

  constructor(
    private readonly context: ContextApplication,
    private readonly prefix: string,
    private readonly orderIds: readonly string[],
  ) {
    this.database = context.database.databases.of(MODULE);
  }

  async handle(message: object): Promise<Reply> {
    if (!(message instanceof Together)) return this.answer(message);
    const all = await this.answer(message);
    if (!all.refused) return all;
    const replies: Reply[] = [];
    for (const each of message.messages) replies.push(await this.answer(each));
    return inTurn(replies);
  }

  private async answer(message: object): Promise<Reply> {
    const [{ seq }] = await this.database.query<{ seq: string }[]>(
      'select coalesce(max(seq), 0) as seq from outbox',
    );
    this.lastSeq = seq;
    try {
      await this.take(message);
      return { published: await this.published() };
    } catch (error) {
      if (error instanceof Refusal) return { published: await this.published(), refused: error.code };
      if (error instanceof Error && error.constructor === Error)
        return { published: await this.published(), refused: 'parked' };
      throw error;
    }
  }

  async state(): Promise<StockState> {
    const items = await this.database.query<(Record<keyof StockFigures, string> & { item_id: string })[]>(
      `select item_id, on_hand as "onHand", reserved, received, adjusted, dispatched, returned, lost from stock_items where starts_with(item_id, $1)`,
      [this.prefix],
    );
    const reservations = await this.database.query<{ order_id: string; state: string }[]>(
      'select order_id, state from reservations where order_id = any ($1)',
      [this.orderIds],
    );
    return {
      items: Object.fromEntries(
        items.map(({ item_id, onHand, reserved, received, adjusted, dispatched, returned, lost }) => [
          item_id,
          {
            onHand: Number(onHand),
            reserved: Number(reserved),
            received: Number(received),
            adjusted: Number(adjusted),
            dispatched: Number(dispatched),
            returned: Number(returned),
            lost: Number(lost),
          },
        ]),
      ),
      reservations: Object.fromEntries(reservations.map(({ order_id, state }) => [order_id, state])),
    };
  }

  private take(message: object): Promise<unknown> {
    if (message instanceof AtOnce)
      return Promise.all([this.take(message.message), this.take(message.message)]);
    if (message instanceof Together)
      return this.context.work.run(MODULE, async () => {
        for (const each of message.messages) await this.take(each);
      });
    const inside = (task: () => Promise<void>): Promise<void> => this.context.work.run(MODULE, task);
    if (message instanceof ShipmentDispatched)
      return inside(() =>
        this.context.app.get(DispatchStockWhenShipmentDispatched, { strict: false }).handle(message),
      );
    if (message instanceof ShipmentLost || message instanceof ShipmentReturned)
      return inside(() =>
        this.context.app.get(SettleStockWhenParcelDoesNotArrive, { strict: false }).handle(message),
      );
    if (message instanceof ReturnAccepted)
      return inside(() =>
        this.context.app.get(PutStockBackWhenReturnAccepted, { strict: false }).handle(message),
      );
    return this.context.commands.execute(message as never);
  }

  private async published(): Promise<object[]> {
    const rows = await this.database.query<{ type: string; payload: object }[]>(
      'select type, payload from outbox where seq > $1 order by seq',
      [this.lastSeq],
    );
    return rows.map(({ type, payload }) => {
      const prototype = PUBLISHES.get(type);
      if (!prototype) throw new RangeError(`Inventory published a ${type}.`);
      return Object.assign(Object.create(prototype) as object, payload);
    });
  }
}
