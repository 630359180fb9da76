import { IsInt, IsOptional, IsUUID, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * A parcel is back where it was sent from, refused, undeliverable or lost and found. Doing it again changes
 * nothing. Refused of one that has not left, or was delivered.
 */
@CommandContract('shipping.report-return', { version: 1 })
export class ReportReturn extends CommandMessage<ReportReturn, { version: number }> {
  @IsUUID()
  readonly shipmentId!: string;

  /** Refuse if the shipment is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
