import { IsInt, IsOptional, IsUUID, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Hands a prepared parcel over to the carrier. Doing it again changes nothing. Refused once the shipment is
 * cancelled or failed.
 */
@CommandContract('shipping.dispatch-shipment', { version: 1 })
export class DispatchShipment extends CommandMessage<DispatchShipment, { version: number }> {
  @IsUUID()
  readonly shipmentId!: string;

  /** Refuse if the shipment is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
