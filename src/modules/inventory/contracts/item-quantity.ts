import { IsInt, Max, Min } from 'class-validator';
import { IsItemId } from './item-id';

/** Above every quantity that really moves at once; keeps every sum far inside the safe integers. */
export const MAX_QUANTITY = 1_000_000_000;

/** More lines than one reservation may have. */
export const MAX_LINES = 1_000;

/** So many of one item. Sums over the lines of an order may exceed what one line may ask for. */
export class ItemQuantity {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY * MAX_LINES)
  readonly quantity!: number;

  static of(itemId: string, quantity: number): ItemQuantity {
    return Object.assign(new ItemQuantity(), { itemId, quantity });
  }
}
