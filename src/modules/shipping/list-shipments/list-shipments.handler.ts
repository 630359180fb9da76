import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type FindOptionsWhere, MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Refusal } from '../../../platform/domain/refusal';
import { cursorMark, decodeCursor, type Page, pageOf, requireMark } from '../../../platform/http/paging';
import { canonicalUuid } from '../../../platform/validation/uuid';
import { Shipment } from '../domain/shipment';
import { ShipmentView } from '../shipment.view';
import { ListShipments } from './list-shipments.query';

@QueryHandler(ListShipments)
export class ListShipmentsHandler implements IQueryHandler<ListShipments> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ state, orderId, limit, cursor }: ListShipments): Promise<Page<ShipmentView>> {
    const mark = cursorMark({ state, orderId });
    const where: FindOptionsWhere<Shipment> = {};
    if (state !== undefined) where.state = state;
    if (orderId !== undefined) where.orderId = orderId;
    if (cursor !== undefined) where.shipmentId = MoreThan(lastOf(cursor, mark));
    const shipments = await this.work.manager.find(Shipment, { where, order: { shipmentId: 'asc' }, take: limit + 1 });
    return pageOf(
      shipments.map((shipment) => ShipmentView.of(shipment)),
      limit,
      ({ shipmentId }) => [shipmentId, mark],
    );
  }
}

function lastOf(cursor: string, mark: string): string {
  const [last, given] = decodeCursor(cursor);
  const shipmentId = canonicalUuid(last);
  if (shipmentId === undefined)
    throw new Refusal('invalid', 'shipping.cursor-malformed', 'This cursor does not belong to the list of shipments.');
  requireMark(given, mark);
  return shipmentId;
}
