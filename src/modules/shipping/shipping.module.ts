import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { CancelShipmentHandler } from './cancel-shipment/cancel-shipment.handler';
import { DispatchShipmentController } from './dispatch-shipment/dispatch-shipment.controller';
import { DispatchShipmentHandler } from './dispatch-shipment/dispatch-shipment.handler';
import { ListShipmentsController } from './list-shipments/list-shipments.controller';
import { ListShipmentsReader } from './list-shipments/list-shipments.reader';
import { AddressCopies } from './persistence/address-copies';
import { ShipmentRepository } from './persistence/shipment.repository';
import { ShipmentSchema } from './persistence/shipment.schema';
import { PrepareShipmentHandler } from './prepare-shipment/prepare-shipment.handler';
import { KeepAddressBookWhenAddressChanges } from './reactions/keep-address-book-when-address-changes';
import { PresumeLost } from './presume-lost/presume-lost';
import { ReportDeliveryController } from './report-delivery/report-delivery.controller';
import { ReportDeliveryHandler } from './report-delivery/report-delivery.handler';
import { ReportParcelController } from './report-parcel/report-parcel.controller';
import { ReportLossHandler } from './report-parcel/report-loss.handler';
import { ReportRefusalHandler } from './report-parcel/report-refusal.handler';
import { ReportReturnHandler } from './report-parcel/report-return.handler';
import { ShipmentChanges } from './shipment-changes';
import { ShippingSettings } from './shipping.settings';
import { ShowShipmentController } from './show-shipment/show-shipment.controller';
import { ShowShipmentReader } from './show-shipment/show-shipment.reader';
import { ShowShipmentTotalsController } from './show-totals/show-totals.controller';
import { ShowShipmentTotalsReader } from './show-totals/show-totals.reader';

/** How orders get to the customers' doors. */
@BoundedContext({
  name: 'shipping',
  owner: 'warehouse',
  entities: [ShipmentSchema],
  settings: ShippingSettings,
})
@Module({
  controllers: [
    ShowShipmentTotalsController,
    ListShipmentsController,
    ShowShipmentController,
    DispatchShipmentController,
    ReportDeliveryController,
    ReportParcelController,
  ],
  providers: [
    ShipmentRepository,
    AddressCopies,
    PrepareShipmentHandler,
    CancelShipmentHandler,
    DispatchShipmentHandler,
    ReportDeliveryHandler,
    ReportRefusalHandler,
    ReportReturnHandler,
    ReportLossHandler,
    PresumeLost,
    ShipmentChanges,
    ShowShipmentReader,
    ListShipmentsReader,
    ShowShipmentTotalsReader,
    KeepAddressBookWhenAddressChanges,
  ],
})
export class ShippingModule {}
