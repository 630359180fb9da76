import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/index';
import { ReportDelivery } from '../contracts/report-delivery.command';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportDelivery)
export class ReportDeliveryHandler implements ICommandHandler<ReportDelivery> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  execute({ shipmentId, outcome, expectedVersion }: ReportDelivery): Promise<{ version: number }> {
    return this.shipments.change(shipmentId, (shipment) =>
      shipment.reportDelivery(outcome, this.clock.now(), expectedVersion),
    );
  }
}
