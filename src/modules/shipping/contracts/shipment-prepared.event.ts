import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The order's parcel is packed, addressed and waits to be handed over. Key: shipmentId. */
@EventContract('shipping.shipment-prepared', { version: 1 })
export class ShipmentPrepared extends EventMessage<ShipmentPrepared> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;
}
