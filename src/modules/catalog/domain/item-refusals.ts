import { Refusal } from '../../../platform/domain';

/** The refusal of everything that names an item that was never added. */
export const itemUnknown = (itemId: string): Refusal =>
  new Refusal('unknown', 'catalog.item-unknown', `There is no item ${itemId}.`);

/** The refusal of a second item with the same code. Codes are never given out again. */
export const itemExists = (itemId: string): Refusal =>
  new Refusal('conflict', 'catalog.item-exists', `The code ${itemId} belongs to another item already.`);
