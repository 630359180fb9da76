import { Refusal } from '../../../platform/domain';

/** The answer to a question about the price of an item that has none, or none in the currency asked for. */
export const priceUnknown = (itemId: string, currency?: string): Refusal =>
  new Refusal(
    'unknown',
    'pricing.price-unknown',
    `No price ${currency === undefined ? '' : `in ${currency} `}is set for ${itemId}.`,
  );
