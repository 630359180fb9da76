import { IsInt, Max, Min } from 'class-validator';
import { IsItemId } from './item-id';

/** More of one item in one line than anybody ships. */
export const MAX_QUANTITY = 1_000_000_000;

/** More lines than a shipment may have. */
export const MAX_LINES = 1_000;

/** So many of one item in a parcel. */
export class ShipmentLine {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;

  static of(itemId: string, quantity: number): ShipmentLine {
    return Object.assign(new ShipmentLine(), { itemId, quantity });
  }
}
