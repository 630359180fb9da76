import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '../../../platform/http';
import type { StockItem } from '../domain/stock-item';
import { StockLevelView } from '../stock-level.view';

/**
 * How much of an item there is and how that came about: on hand = received + adjusted - dispatched +
 * returned.
 */
export class StockView extends StockLevelView {
  @ApiProperty({ type: 'integer' })
  readonly received!: number;

  @ApiProperty({ type: 'integer', description: 'Signed.' })
  readonly adjusted!: number;

  @ApiProperty({ type: 'integer' })
  readonly dispatched!: number;

  @ApiProperty({ type: 'integer' })
  readonly returned!: number;

  @ApiProperty({ type: 'integer', description: 'Part of what was dispatched: its parcel is lost.' })
  readonly lost!: number;

  static of({
    itemId,
    onHand,
    reserved,
    received,
    adjusted,
    dispatched,
    returned,
    lost,
  }: StockItem): StockView {
    return { itemId, onHand, reserved, received, adjusted, dispatched, returned, lost };
  }
}

/** A page of stock. */
export class StockPageView extends PageView {
  @ApiProperty({ type: [StockView] })
  readonly items!: StockView[];
}
