import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/unit-of-work/clock';
import { ReportLoss } from '../contracts/report-loss.command';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportLoss)
export class ReportLossHandler implements ICommandHandler<ReportLoss> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ shipmentId, expectedVersion }: ReportLoss): Promise<{ version: number }> {
    const shipment = await this.shipments.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    shipment.reportLoss(this.clock.now(), expectedVersion);
    await this.shipments.save(shipment);
    return { version: shipment.version };
  }
}
