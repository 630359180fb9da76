import { ApiProperty } from '@nestjs/swagger';

/** A shipment after a change; its version is the ETag as well. */
export class ShipmentVersionView {
  @ApiProperty({ format: 'uuid' })
  readonly shipmentId!: string;

  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}
