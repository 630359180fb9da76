import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Keeps an order's parcel from leaving, also when none was prepared: a `PrepareShipment` that comes later
 * changes nothing. Answered once by `ShipmentFailed` (cancelled), unless the parcel has left: then nothing
 * happens.
 */
@CommandContract('shipping.cancel-shipment', { version: 1 })
export class CancelShipment extends CommandMessage<CancelShipment> {
  @IsUUID()
  readonly orderId!: string;
}
