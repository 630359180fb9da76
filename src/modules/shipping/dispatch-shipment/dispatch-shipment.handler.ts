import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/unit-of-work/clock';
import { DispatchShipment } from '../contracts/dispatch-shipment.command';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(DispatchShipment)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipment> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ shipmentId, expectedVersion }: DispatchShipment): Promise<{ version: number }> {
    const shipment = await this.shipments.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    shipment.dispatch(this.clock.now(), expectedVersion);
    await this.shipments.save(shipment);
    return { version: shipment.version };
  }
}
