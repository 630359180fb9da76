import { ApiProperty } from '@nestjs/swagger';

/** How many shipments there are in each state. */
export class ShipmentTotalsView {
  @ApiProperty({ type: 'integer' })
  readonly prepared!: number;

  @ApiProperty({ type: 'integer' })
  readonly dispatched!: number;

  @ApiProperty({ type: 'integer' })
  readonly delivered!: number;

  @ApiProperty({ type: 'integer' })
  readonly refused!: number;

  @ApiProperty({ type: 'integer' })
  readonly lost!: number;

  @ApiProperty({ type: 'integer' })
  readonly returned!: number;

  @ApiProperty({ type: 'integer' })
  readonly cancelled!: number;

  @ApiProperty({ type: 'integer' })
  readonly failed!: number;
}
