import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';
import { ShipmentView } from '../shipment.view';

/** Reads one shipment with its version. Refuses an unknown one. */
@Injectable()
export class ShowShipmentReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly shipments: ShipmentRepository,
  ) {}

  async read(shipmentId: string): Promise<ShipmentView> {
    const shipment = await this.work.read('shipping', () => this.shipments.find(shipmentId));
    if (!shipment) throw shipmentUnknown(shipmentId);
    return ShipmentView.of(shipment);
  }
}
