import type { QueryBus } from '@nestjs/cqrs';
import { Address } from '../../../src/modules/customers/contracts/address';
import type { FindCustomerAddress } from '../../../src/modules/customers/contracts/find-customer-address.query';
import { CancelShipmentHandler } from '../../../src/modules/shipping/cancel-shipment/cancel-shipment.handler';
import { CancelShipment } from '../../../src/modules/shipping/contracts/cancel-shipment.command';
import { DispatchShipment } from '../../../src/modules/shipping/contracts/dispatch-shipment.command';
import { PrepareShipment } from '../../../src/modules/shipping/contracts/prepare-shipment.command';
import { ReportDelivery } from '../../../src/modules/shipping/contracts/report-delivery.command';
import { ReportLoss } from '../../../src/modules/shipping/contracts/report-loss.command';
import { ReportRefusal } from '../../../src/modules/shipping/contracts/report-refusal.command';
import { ReportReturn } from '../../../src/modules/shipping/contracts/report-return.command';
import { DispatchShipmentHandler } from '../../../src/modules/shipping/dispatch-shipment/dispatch-shipment.handler';
import { Shipment } from '../../../src/modules/shipping/domain/shipment';
import { AddressCopies } from '../../../src/modules/shipping/persistence/address-copies';
import { ShipmentRepository } from '../../../src/modules/shipping/persistence/shipment.repository';
import { PrepareShipmentHandler } from '../../../src/modules/shipping/prepare-shipment/prepare-shipment.handler';
import { ReportDeliveryHandler } from '../../../src/modules/shipping/report-delivery/report-delivery.handler';
import { ReportLossHandler } from '../../../src/modules/shipping/report-parcel/report-loss.handler';
import { ReportRefusalHandler } from '../../../src/modules/shipping/report-parcel/report-refusal.handler';
import { ReportReturnHandler } from '../../../src/modules/shipping/report-parcel/report-return.handler';
import { Clock } from '../../../src/platform/unit-of-work/clock';
import { MemoryWork } from '../memory-work';
import { parcelOf, type ShippingState } from '../models/shipping-model';
import type { Module, Reply } from '../reply';
import { Routes } from '../routes';

/**
 * Shipping's own handlers and rules over tables in memory. Its parcels are called by their orders, because it
 * makes up their ids.
 */
export class ShippingInMemory implements Module<ShippingState> {
  private readonly work = MemoryWork.create();
  private readonly shipments: Map<string, Shipment>;
  private readonly routes: Routes;

  constructor(hasAddress: (customerId: string) => boolean) {
    const clock = new Clock();
    const shipments = new ShipmentRepository(this.work);
    this.shipments = this.work.memory.keep(Shipment, 'shipmentId');
    const address = Address.of({ country: 'France' });
    const customers = {
      execute: async ({ customerId }: FindCustomerAddress) => (hasAddress(customerId) ? address : null),
    } as unknown as QueryBus;
    const copies = new AddressCopies(this.work);
    this.work.memory.answer('select customer_id, address from address_copies', () => []);
    const prepare = new PrepareShipmentHandler(shipments, copies, customers, clock);
    const cancel = new CancelShipmentHandler(shipments, clock);
    const dispatch = new DispatchShipmentHandler(shipments, clock);
    const report = new ReportDeliveryHandler(shipments, clock);
    const refusal = new ReportRefusalHandler(shipments, clock);
    const loss = new ReportLossHandler(shipments, clock);
    const back = new ReportReturnHandler(shipments, clock);
    this.routes = new Routes()
      .to(PrepareShipment, prepare)
      .to(CancelShipment, cancel)
      .to(DispatchShipment, {
        execute: ({ shipmentId }) =>
          dispatch.execute(new DispatchShipment({ shipmentId: this.idOf(shipmentId) })),
      })
      .to(ReportRefusal, {
        execute: ({ shipmentId }) =>
          refusal.execute(new ReportRefusal({ shipmentId: this.idOf(shipmentId) })),
      })
      .to(ReportLoss, {
        execute: ({ shipmentId }) => loss.execute(new ReportLoss({ shipmentId: this.idOf(shipmentId) })),
      })
      .to(ReportReturn, {
        execute: ({ shipmentId }) => back.execute(new ReportReturn({ shipmentId: this.idOf(shipmentId) })),
      })
      .to(ReportDelivery, {
        execute: ({ shipmentId, outcome }) =>
          report.execute(new ReportDelivery({ shipmentId: this.idOf(shipmentId), outcome })),
      });
  }

  async handle(message: object): Promise<Reply> {
    const { published, ...rest } = await this.work.handling(() => this.routes.handle(message));
    const called = (event: { orderId?: string }): object =>
      Object.assign(event, { shipmentId: parcelOf(event.orderId ?? '') });
    return { published: published.map(called), ...rest };
  }

  state(): ShippingState {
    return Object.fromEntries([...this.shipments.values()].map(({ orderId, state }) => [orderId, state]));
  }

  private idOf(name: string): string {
    return [...this.shipments.values()].find(({ orderId }) => parcelOf(orderId) === name)?.shipmentId ?? name;
  }
}
