import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Shipment } from '../domain/shipment';

@Injectable()
export class ShipmentRepository extends AggregateRepository<Shipment> {
  constructor(work: UnitOfWork) {
    super(work, Shipment, 'shipmentId');
  }

  /** The orders' shipments, locked in one statement, so that `lockOfOrder` finds them at hand. */
  lockOfOrders(orderIds: readonly string[]): Promise<Shipment[]> {
    return this.lockAllBy('orderId', orderIds);
  }

  /** The order's shipment, locked until the unit of work ends. */
  lockOfOrder(orderId: string): Promise<Shipment | null> {
    return this.lockBy('orderId', orderId);
  }
}
