import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../../platform/index';
import { CancelShipment } from '../contracts/cancel-shipment.command';
import { Shipment } from '../domain/shipment';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(CancelShipment)
export class CancelShipmentHandler implements ICommandHandler<CancelShipment> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ orderId }: CancelShipment): Promise<void> {
    const shipment = await this.shipments.lockOfOrder(orderId);
    if (!shipment)
      return this.shipments.add(Shipment.cancelledBeforehand(uuidv7(), orderId, this.clock.now()));
    if (!shipment.canBeCancelled) return;
    shipment.cancel();
    await this.shipments.save(shipment);
  }
}
