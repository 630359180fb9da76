import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { MAX_LINES, ShipmentLine } from './shipment-line';

export const SHIPMENT_LOSSES = ['reported', 'presumed'] as const;

/** `reported` by the carrier · `presumed`, because nothing was heard of it for too long. */
export type ShipmentLoss = (typeof SHIPMENT_LOSSES)[number];

/**
 * The parcel is gone, with what is in it. Key: shipmentId. It will not be delivered; it may turn up, and then
 * `ShipmentReturned` follows.
 */
@EventContract('shipping.shipment-lost', { version: 1 })
export class ShipmentLost extends EventMessage<ShipmentLost> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;

  @IsIn(SHIPMENT_LOSSES)
  readonly reason!: ShipmentLoss;

  /** What is in it, as it was dispatched. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ShipmentLine)
  readonly lines!: ShipmentLine[];
}
