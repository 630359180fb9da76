import { Refusal } from '../../../platform/domain/refusal';

/** The answer to a question about the price of an item that has none. */
export const priceUnknown = (itemId: string): Refusal => new Refusal('unknown', 'pricing.price-unknown', `No price is set for ${itemId}.`);
