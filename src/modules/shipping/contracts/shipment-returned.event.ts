import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { MAX_LINES, ShipmentLine } from './shipment-line';

/**
 * The parcel is back where it was sent from, with everything in it. Key: shipmentId. The last message of the
 * key.
 */
@EventContract('shipping.shipment-returned', { version: 1 })
export class ShipmentReturned extends EventMessage<ShipmentReturned> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;

  /** What is in it, as it was dispatched. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ShipmentLine)
  readonly lines!: ShipmentLine[];
}
