import { Matches } from 'class-validator';

/** An item's id is its code: 1 to 40 characters, in upper case. */
export const ITEM_ID = /^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$/;

/** Wants an item id. */
export const IsItemId = (options: { each?: boolean } = {}): PropertyDecorator =>
  Matches(ITEM_ID, {
    each: options.each,
    message:
      '$property must be 1 to 40 characters of A-Z, 0-9, space and . _ / + & -, starting with a letter or a digit',
  });
