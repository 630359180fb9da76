import { IsInt, IsOptional, IsUUID, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * The carrier has lost a parcel, on its way there or back. Doing it again changes nothing. Refused of one
 * that is not under way.
 */
@CommandContract('shipping.report-loss', { version: 1 })
export class ReportLoss extends CommandMessage<ReportLoss, { version: number }> {
  @IsUUID()
  readonly shipmentId!: string;

  /** Refuse if the shipment is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
