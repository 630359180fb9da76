import { ApiProperty } from '@nestjs/swagger';

/** The stock of all items together, in units. */
export class StockTotalsView {
  @ApiProperty({ type: 'integer' })
  readonly received!: number;

  @ApiProperty({ type: 'integer', description: 'Signed.' })
  readonly adjusted!: number;

  @ApiProperty({ type: 'integer' })
  readonly dispatched!: number;

  @ApiProperty({ type: 'integer' })
  readonly returned!: number;

  @ApiProperty({ type: 'integer', description: 'Part of what was dispatched.' })
  readonly lost!: number;

  @ApiProperty({ type: 'integer' })
  readonly onHand!: number;

  @ApiProperty({ type: 'integer' })
  readonly reserved!: number;
}
