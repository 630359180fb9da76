import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page } from '../../../platform/http';
import { Shipment } from '../domain/shipment';
import { ShipmentView } from '../shipment.view';
import type { ListShipmentsRequest } from './list-shipments.request';

const SHIPMENTS = Keyset.ofUuids('shipping', 'the list of shipments');

/** Reads a page of shipments, in the order in which they came to be. */
@Injectable()
export class ListShipmentsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read({ state, orderId, limit, cursor }: ListShipmentsRequest): Promise<Page<ShipmentView>> {
    const list = SHIPMENTS.filteredBy({ state, orderId });
    const where: FindOptionsWhere<Shipment> = { shipmentId: MoreThan(list.after(cursor)) };
    if (state !== undefined) where.state = state;
    if (orderId !== undefined) where.orderId = orderId;
    const shipments = await this.work.read('shipping', () =>
      this.work.manager.find(Shipment, { where, order: { shipmentId: 'asc' }, take: limit + 1 }),
    );
    return list.page(
      shipments.map((shipment) => ShipmentView.of(shipment)),
      limit,
      ({ shipmentId }) => shipmentId,
    );
  }
}
