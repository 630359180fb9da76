import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/index';
import { DispatchShipment } from '../contracts/dispatch-shipment.command';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(DispatchShipment)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipment> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  execute({ shipmentId, expectedVersion }: DispatchShipment): Promise<{ version: number }> {
    return this.shipments.change(shipmentId, (shipment) =>
      shipment.dispatch(this.clock.now(), expectedVersion),
    );
  }
}
