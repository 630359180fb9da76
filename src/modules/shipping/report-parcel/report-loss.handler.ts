import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/index';
import { ReportLoss } from '../contracts/report-loss.command';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportLoss)
export class ReportLossHandler implements ICommandHandler<ReportLoss> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  execute({ shipmentId, expectedVersion }: ReportLoss): Promise<{ version: number }> {
    return this.shipments.change(shipmentId, (shipment) =>
      shipment.reportLoss(this.clock.now(), expectedVersion),
    );
  }
}
