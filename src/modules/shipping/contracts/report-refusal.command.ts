import { IsInt, IsOptional, IsUUID, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * The recipient did not take a parcel. Doing it again changes nothing. Refused of one that is not on its way
 * there.
 */
@CommandContract('shipping.report-refusal', { version: 1 })
export class ReportRefusal extends CommandMessage<ReportRefusal, { version: number }> {
  @IsUUID()
  readonly shipmentId!: string;

  /** Refuse if the shipment is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
