import { IsBoolean, IsInt, IsString, Matches, Max, Min } from 'class-validator';

/** The form of an item's id, which is its code. */
export const ITEM_ID = /^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$/;

/**
 * Above every quantity that a line really has; keeps every sum of quantities far inside the safe integers.
 */
export const MAX_QUANTITY = 1_000_000_000;

/** More lines than an order may have. */
export const MAX_LINES = 1_000;

/** One line of an order as it was placed. Its price stays, whatever the price list says later. */
export class OrderedLine {
  @IsString()
  @Matches(ITEM_ID)
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;

  /** Minor units of the order's currency. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly unitPrice!: number;

  /** False for a service, which needs neither stock nor shipment. */
  @IsBoolean()
  readonly stockTracked!: boolean;

  static of(itemId: string, quantity: number, unitPrice: number, stockTracked: boolean): OrderedLine {
    return Object.assign(new OrderedLine(), { itemId, quantity, unitPrice, stockTracked });
  }
}
