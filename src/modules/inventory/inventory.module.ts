import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { AdjustStockController } from './adjust-stock/adjust-stock.controller';
import { AdjustStockHandler } from './adjust-stock/adjust-stock.handler';
import { ListStockController } from './list-stock/list-stock.controller';
import { ListStockReader } from './list-stock/list-stock.reader';
import { ItemCopies } from './persistence/item-copies';
import { ReservationRepository } from './persistence/reservation.repository';
import { ReservationSchema } from './persistence/reservation.schema';
import { StockItemSchema } from './persistence/stock-item.schema';
import { StockRepository } from './persistence/stock.repository';
import { DispatchStockWhenShipmentDispatched } from './reactions/dispatch-stock-when-shipment-dispatched';
import { KeepItemCopyWhenItemAdded } from './reactions/keep-item-copy-when-item-added';
import { PutStockBackWhenReturnAccepted } from './reactions/put-stock-back-when-return-accepted';
import { SettleStockWhenParcelDoesNotArrive } from './reactions/settle-stock-when-parcel-does-not-arrive';
import { ReceiveStockController } from './receive-stock/receive-stock.controller';
import { ReceiveStockHandler } from './receive-stock/receive-stock.handler';
import { ReleaseStockHandler } from './release-stock/release-stock.handler';
import { ReserveStockHandler } from './reserve-stock/reserve-stock.handler';
import { ShowReservationController } from './show-reservation/show-reservation.controller';
import { ShowReservationReader } from './show-reservation/show-reservation.reader';
import { ShowStockController } from './show-stock/show-stock.controller';
import { ShowStockReader } from './show-stock/show-stock.reader';
import { ShowStockTotalsController } from './show-totals/show-totals.controller';
import { ShowStockTotalsReader } from './show-totals/show-totals.reader';
import { StockOnDemand } from './stock-on-demand';

/** How much there is of each item, and what is set aside for orders. */
@BoundedContext({ name: 'inventory', owner: 'warehouse', entities: [StockItemSchema, ReservationSchema] })
@Module({
  controllers: [
    ShowStockTotalsController,
    ListStockController,
    ShowStockController,
    ReceiveStockController,
    AdjustStockController,
    ShowReservationController,
  ],
  providers: [
    StockRepository,
    ReservationRepository,
    ItemCopies,
    StockOnDemand,
    ReceiveStockHandler,
    AdjustStockHandler,
    ReserveStockHandler,
    ReleaseStockHandler,
    ShowStockReader,
    ListStockReader,
    ShowStockTotalsReader,
    ShowReservationReader,
    KeepItemCopyWhenItemAdded,
    DispatchStockWhenShipmentDispatched,
    PutStockBackWhenReturnAccepted,
    SettleStockWhenParcelDoesNotArrive,
  ],
})
export class InventoryModule {}
