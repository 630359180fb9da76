import { ApiProperty } from '@nestjs/swagger';

/** How much of an item there is. */
export class StockLevelView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer' })
  readonly onHand!: number;

  @ApiProperty({ type: 'integer', description: 'Set aside for orders; part of what is on hand.' })
  readonly reserved!: number;
}
