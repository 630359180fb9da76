import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/**
 * The recipient did not take the parcel, which is on its way back. Key: shipmentId. `ShipmentReturned` or
 * `ShipmentLost` follows.
 */
@EventContract('shipping.delivery-refused', { version: 1 })
export class DeliveryRefused extends EventMessage<DeliveryRefused> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;
}
