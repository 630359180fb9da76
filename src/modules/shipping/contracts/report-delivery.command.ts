import { IsIn, IsInt, IsOptional, IsUUID, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

export const DELIVERY_OUTCOMES = ['delivered', 'failed'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/**
 * What the carrier says. After a failed attempt the parcel is still under way and a later report may say that
 * it arrived.
 */
@CommandContract('shipping.report-delivery', { version: 1 })
export class ReportDelivery extends CommandMessage<ReportDelivery, { version: number }> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsIn(DELIVERY_OUTCOMES)
  readonly outcome!: DeliveryOutcome;

  /** Refuse if the shipment is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
