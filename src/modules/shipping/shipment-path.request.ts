import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

/** The shipment named in a path. */
export class ShipmentPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly shipmentId!: string;
}
