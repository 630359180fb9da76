import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { MAX_QUANTITY } from './item-quantity';

/** The books were brought in line with the shelf. Key: itemId. */
@EventContract('inventory.stock-adjusted', { version: 1 })
export class StockAdjusted extends EventMessage<StockAdjusted> {
  @IsItemId()
  readonly itemId!: string;

  /** Signed; 0 when a count found what the books say. */
  @IsInt()
  @Min(-MAX_QUANTITY)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;

  @IsString()
  @Length(1, 200)
  readonly reason!: string;
}
