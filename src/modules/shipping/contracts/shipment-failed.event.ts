import { IsIn, IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

export const SHIPMENT_FAILURES = ['cancelled', 'no-address', 'delivery-failed'] as const;
export type ShipmentFailure = (typeof SHIPMENT_FAILURES)[number];

/**
 * The parcel did not get where it should. Key: shipmentId. After `cancelled` and `no-address` it never
 * leaves; after `delivery-failed` it is still under way and may yet arrive.
 */
@EventContract('shipping.shipment-failed', { version: 1 })
export class ShipmentFailed extends EventMessage<ShipmentFailed> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;

  @IsIn(SHIPMENT_FAILURES)
  readonly reason!: ShipmentFailure;
}
