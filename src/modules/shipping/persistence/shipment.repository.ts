import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { Shipment } from '../domain/shipment';
import { shipmentUnknown } from '../domain/shipping-refusals';

@Injectable()
export class ShipmentRepository extends AggregateRepository<Shipment> {
  constructor(work: UnitOfWork) {
    super(work, Shipment, 'shipmentId');
  }

  /** Locks one shipment, changes it and saves it; answers its version. Refuses an unknown one. */
  async change(shipmentId: string, change: (shipment: Shipment) => void): Promise<{ version: number }> {
    const shipment = await this.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    change(shipment);
    await this.save(shipment);
    return { version: shipment.version };
  }

  /** The orders' shipments, locked in one statement, so that `lockOfOrder` finds them at hand. */
  lockOfOrders(orderIds: readonly string[]): Promise<Shipment[]> {
    return this.lockAllBy('orderId', orderIds);
  }

  /** Those under way of which nothing was heard since then, the longest silence first; not locked. */
  async silentSince(since: Date, limit: number): Promise<string[]> {
    const silent = await this.work.manager.query<{ shipment_id: string }[]>(
      `select shipment_id from shipments
       where state in ('dispatched', 'refused') and coalesce(heard_at, dispatched_at) <= $1 order by coalesce(heard_at, dispatched_at) limit $2`,
      [since, limit],
    );
    return silent.map(({ shipment_id }) => shipment_id);
  }

  /** The order's shipment, locked until the unit of work ends. */
  lockOfOrder(orderId: string): Promise<Shipment | null> {
    return this.lockBy('orderId', orderId);
  }
}
