import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The parcel arrived. Key: shipmentId. The last message of the key. */
@EventContract('shipping.shipment-delivered', { version: 1 })
export class ShipmentDelivered extends EventMessage<ShipmentDelivered> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;
}
