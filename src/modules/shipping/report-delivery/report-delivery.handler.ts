import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/unit-of-work/clock';
import { ReportDelivery } from '../contracts/report-delivery.command';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportDelivery)
export class ReportDeliveryHandler implements ICommandHandler<ReportDelivery> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ shipmentId, outcome, expectedVersion }: ReportDelivery): Promise<{ version: number }> {
    const shipment = await this.shipments.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    shipment.reportDelivery(outcome, this.clock.now(), expectedVersion);
    await this.shipments.save(shipment);
    return { version: shipment.version };
  }
}
