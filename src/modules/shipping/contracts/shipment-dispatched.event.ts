import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { MAX_LINES, ShipmentLine } from './shipment-line';

/** The parcel left the warehouse: there is no way back. Key: shipmentId. */
@EventContract('shipping.shipment-dispatched', { version: 1 })
export class ShipmentDispatched extends EventMessage<ShipmentDispatched> {
  @IsUUID()
  readonly shipmentId!: string;

  @IsUUID()
  readonly orderId!: string;

  /** What is in it; an item may stand in several lines. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ShipmentLine)
  readonly lines!: ShipmentLine[];
}
