import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsUUID, Max, Min, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { MAX_LINES } from './item-quantity';

/** An item that there is not enough of. */
export class Shortage {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly requested!: number;

  /** What could still have been set aside. */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly available!: number;

  static of(itemId: string, requested: number, available: number): Shortage {
    return Object.assign(new Shortage(), { itemId, requested, available });
  }
}

/** Nothing is set aside for the order. Key: orderId. */
@EventContract('inventory.stock-refused', { version: 1 })
export class StockRefused extends EventMessage<StockRefused> {
  @IsUUID()
  readonly orderId!: string;

  /** Every item that is short; empty when the reservation was released before it was asked for. */
  @IsArray()
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => Shortage)
  readonly shortages!: Shortage[];
}
