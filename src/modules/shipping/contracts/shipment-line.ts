import { IsInt, Max, Min } from 'class-validator';
import { IsItemId } from './item-id';

/** Above every quantity that a line of an order really has. */
const MAX_QUANTITY = 1_000_000_000;

/** More lines than a shipment may have. */
export const MAX_LINES = 1_000;

/** So many of one item in a parcel. The lines of an order may have been added up. */
export class ShipmentLine {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY * MAX_LINES)
  readonly quantity!: number;

  static of(itemId: string, quantity: number): ShipmentLine {
    return Object.assign(new ShipmentLine(), { itemId, quantity });
  }
}
