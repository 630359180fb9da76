import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { CancelOrderController } from './cancel-order/cancel-order.controller';
import { CancelOrderHandler } from './cancel-order/cancel-order.handler';
import { FulfilmentProcess } from './domain/fulfilment-process';
import { OrderAnswer } from './follow-order/order-answer';
import { OrderChanges } from './follow-order/order-changes';
import { OrderEvents } from './follow-order/order-events';
import { OrderEventsController } from './follow-order/order-events.controller';
import { OrderProgress } from './follow-order/order-progress';
import { OrderReader } from './follow-order/order.reader';
import { OrderFulfilment } from './fulfilment/order-fulfilment';
import { ListOrdersController } from './list-orders/list-orders.controller';
import { ListOrdersReader } from './list-orders/list-orders.reader';
import { ListReturnsController } from './list-returns/list-returns.controller';
import { ListReturnsReader } from './list-returns/list-returns.reader';
import { OfferCopies } from './persistence/offer-copies';
import { OrdersSettings } from './orders.settings';
import { OrderRepository } from './persistence/order.repository';
import { OrderSchema } from './persistence/order.schema';
import { ReturnRepository } from './persistence/return.repository';
import { Offers } from './place-order/offers';
import { PlaceOrderController } from './place-order/place-order.controller';
import { PlaceOrderHandler } from './place-order/place-order.handler';
import { KeepItemsWhenCatalogChanges } from './reactions/keep-items-when-catalog-changes';
import { KeepPricesWhenPriceChanges } from './reactions/keep-prices-when-price-changes';
import { ReturnItemsController } from './return-items/return-items.controller';
import { ReturnItemsHandler } from './return-items/return-items.handler';
import { ShowOrderController } from './show-order/show-order.controller';
import { ShowTotalsController } from './show-totals/show-totals.controller';
import { ShowTotalsReader } from './show-totals/show-totals.reader';

/** What was ordered, how far it has come, and what came back. */
@BoundedContext({ name: 'orders', owner: 'sales', entities: [OrderSchema], settings: OrdersSettings })
@Module({
  controllers: [
    PlaceOrderController,
    ListOrdersController,
    ShowTotalsController,
    ShowOrderController,
    OrderEventsController,
    CancelOrderController,
    ReturnItemsController,
    ListReturnsController,
  ],
  providers: [
    OrderRepository,
    ReturnRepository,
    OrderReader,
    ListOrdersReader,
    ListReturnsReader,
    ShowTotalsReader,
    OfferCopies,
    Offers,
    PlaceOrderHandler,
    CancelOrderHandler,
    ReturnItemsHandler,
    KeepItemsWhenCatalogChanges,
    KeepPricesWhenPriceChanges,
    OrderChanges,
    OrderProgress,
    OrderAnswer,
    OrderEvents,
    OrderFulfilment,
    { provide: FulfilmentProcess, useExisting: OrderFulfilment },
  ],
})
export class OrdersModule {}
