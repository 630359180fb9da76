import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { ShipmentView } from '../shipment.view';

/** One shipment. With its address: asked by this module's own API only. */
@QueryContract('shipping.show-shipment', { version: 1 })
export class ShowShipment extends QueryMessage<ShowShipment, ShipmentView> {
  @IsUUID()
  readonly shipmentId!: string;
}
