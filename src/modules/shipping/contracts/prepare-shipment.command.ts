import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { MAX_LINES, ShipmentLine } from './shipment-line';

/**
 * Packs an order's parcel for the address the customer has now. Answered once by `ShipmentPrepared` or
 * `ShipmentFailed`.
 */
@CommandContract('shipping.prepare-shipment', { version: 1 })
export class PrepareShipment extends CommandMessage<PrepareShipment> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly customerId!: string;

  /** Stock-tracked items only. An item may stand in several lines. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ShipmentLine)
  readonly lines!: ShipmentLine[];
}
