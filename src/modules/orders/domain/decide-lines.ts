import type { RefusalReason } from '../../../platform/domain';
import { MAX_QUANTITY, OrderedLine } from '../contracts/ordered-line';
import type { RequestedLine } from '../contracts/place-order.command';

/** What orders knows about an item it may sell. */
export interface Offer {
  readonly stockTracked: boolean;
  /** Still bought back, no longer sold. */
  readonly withdrawn: boolean;
  /** Minor units of the order's currency; absent when the item has no price in it. */
  readonly listPrice?: number;
}

export interface Terms {
  readonly currency: string;
  /** Whether the caller's `agreedUnitPrice` counts instead of the list price. */
  readonly trustAgreedPrices: boolean;
}

/** The lines of the order, or one reason for each line that cannot be ordered. */
export interface LinesDecision {
  readonly lines: OrderedLine[];
  readonly reasons: RefusalReason[];
}

/** Decides every line on its own. The first rule that a line breaks is the reason given for it. */
export function decideLines(
  requested: readonly RequestedLine[],
  offers: ReadonlyMap<string, Offer>,
  terms: Terms,
): LinesDecision {
  const lines: OrderedLine[] = [];
  const reasons: RefusalReason[] = [];
  requested.forEach((line, index) => {
    const offer = offers.get(line.itemId);
    const problem =
      quantityProblem(line) ??
      itemProblem(offer) ??
      agreedPriceProblem(line, terms) ??
      listPriceProblem(line, offer, terms);
    if (problem)
      reasons.push({
        pointer: `/lines/${index}/${problem.field}`,
        code: `orders.line.${problem.code}`,
        message: problem.message,
      });
    else if (offer)
      lines.push(OrderedLine.of(line.itemId, line.quantity, priceOf(line, offer, terms), offer.stockTracked));
  });
  return { lines, reasons };
}

/** True for a line whose price does not depend on the price list. */
export const hasTrustedPrice = (line: RequestedLine, terms: Pick<Terms, 'trustAgreedPrices'>): boolean =>
  terms.trustAgreedPrices && line.agreedUnitPrice !== undefined && line.agreedUnitPrice !== null;

interface LineProblem {
  field: keyof RequestedLine;
  code: string;
  message: string;
}

function quantityProblem({ quantity }: RequestedLine): LineProblem | undefined {
  if (quantity <= 0)
    return { field: 'quantity', code: 'quantity-not-positive', message: 'The quantity must be at least 1.' };
  if (quantity > MAX_QUANTITY)
    return {
      field: 'quantity',
      code: 'quantity-too-large',
      message: `The quantity must be at most ${MAX_QUANTITY}.`,
    };
  return undefined;
}

function itemProblem(offer: Offer | undefined): LineProblem | undefined {
  if (offer && !offer.withdrawn) return undefined;
  return { field: 'itemId', code: 'item-unknown', message: 'There is no such item on sale.' };
}

/**
 * A price that cannot be right is refused even where it would not count, so that the caller learns of the
 * mistake.
 */
function agreedPriceProblem({ agreedUnitPrice }: RequestedLine, terms: Terms): LineProblem | undefined {
  if (!agreedUnitPrice) return undefined;
  if (agreedUnitPrice.amount <= 0)
    return {
      field: 'agreedUnitPrice',
      code: 'price-not-positive',
      message: 'The agreed price must be at least 1 minor unit.',
    };
  if (!Number.isSafeInteger(agreedUnitPrice.amount))
    return {
      field: 'agreedUnitPrice',
      code: 'price-too-large',
      message: 'The agreed price is too large to be exact.',
    };
  if (agreedUnitPrice.currency !== terms.currency) {
    return {
      field: 'agreedUnitPrice',
      code: 'price-currency-differs',
      message: "The agreed price must be in the order's currency.",
    };
  }
  return undefined;
}

function listPriceProblem(
  line: RequestedLine,
  offer: Offer | undefined,
  terms: Terms,
): LineProblem | undefined {
  if (hasTrustedPrice(line, terms)) return undefined;
  if (offer?.listPrice === undefined)
    return {
      field: 'itemId',
      code: 'price-missing',
      message: `${line.itemId} has no price in ${terms.currency}.`,
    };
  if (offer.listPrice <= 0)
    return {
      field: 'itemId',
      code: 'price-not-positive',
      message: 'The list price must be at least 1 minor unit.',
    };
  return undefined;
}

/** Only asked for lines without a problem, which have one of the two prices. */
const priceOf = (line: RequestedLine, offer: Offer, terms: Terms): number =>
  (hasTrustedPrice(line, terms) ? line.agreedUnitPrice?.amount : offer.listPrice) as number;
