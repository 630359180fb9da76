import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';
import { ShipmentView } from '../shipment.view';
import { ShowShipment } from './show-shipment.query';

@QueryHandler(ShowShipment)
export class ShowShipmentHandler implements IQueryHandler<ShowShipment> {
  constructor(private readonly shipments: ShipmentRepository) {}

  async execute({ shipmentId }: ShowShipment): Promise<ShipmentView> {
    const shipment = await this.shipments.find(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    return ShipmentView.of(shipment);
  }
}
