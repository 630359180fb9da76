import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../platform/http/paging';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { SHIPMENT_STATES, type ShipmentState } from '../domain/shipment';
import type { ShipmentView } from '../shipment.view';

/** A page of shipments in the order in which they came to be. With addresses: asked by this module's own API only. */
@QueryContract('shipping.list-shipments', { version: 1 })
export class ListShipments extends QueryMessage<ListShipments, Page<ShipmentView>> {
  @IsOptional()
  @IsIn(SHIPMENT_STATES)
  readonly state?: ShipmentState;

  @IsOptional()
  @IsUUID()
  readonly orderId?: string;

  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit!: number;

  /** Where the page before ended; the first page has none. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly cursor?: string;
}
