import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/unit-of-work/clock';
import { ReportRefusal } from '../contracts/report-refusal.command';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportRefusal)
export class ReportRefusalHandler implements ICommandHandler<ReportRefusal> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ shipmentId, expectedVersion }: ReportRefusal): Promise<{ version: number }> {
    const shipment = await this.shipments.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    shipment.reportRefusal(this.clock.now(), expectedVersion);
    await this.shipments.save(shipment);
    return { version: shipment.version };
  }
}
