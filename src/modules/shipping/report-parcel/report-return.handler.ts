import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../../platform/index';
import { ReportReturn } from '../contracts/report-return.command';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(ReportReturn)
export class ReportReturnHandler implements ICommandHandler<ReportReturn> {
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly clock: Clock,
  ) {}

  execute({ shipmentId, expectedVersion }: ReportReturn): Promise<{ version: number }> {
    return this.shipments.change(shipmentId, (shipment) =>
      shipment.reportReturn(this.clock.now(), expectedVersion),
    );
  }
}
