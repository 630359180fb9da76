import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/unit-of-work/clock';
import { ReportReturn } from '../contracts/report-return.command';
import { shipmentUnknown } from '../domain/shipping-refusals';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportReturn)
export class ReportReturnHandler implements ICommandHandler<ReportReturn> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ shipmentId, expectedVersion }: ReportReturn): Promise<{ version: number }> {
    const shipment = await this.shipments.lock(shipmentId);
    if (!shipment) throw shipmentUnknown(shipmentId);
    shipment.reportReturn(this.clock.now(), expectedVersion);
    await this.shipments.save(shipment);
    return { version: shipment.version };
  }
}
