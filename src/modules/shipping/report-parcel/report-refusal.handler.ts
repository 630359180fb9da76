import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/index';
import { ReportRefusal } from '../contracts/report-refusal.command';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportRefusal)
export class ReportRefusalHandler implements ICommandHandler<ReportRefusal> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  execute({ shipmentId, expectedVersion }: ReportRefusal): Promise<{ version: number }> {
    return this.shipments.change(shipmentId, (shipment) =>
      shipment.reportRefusal(this.clock.now(), expectedVersion),
    );
  }
}
