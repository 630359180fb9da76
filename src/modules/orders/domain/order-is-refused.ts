import { Currency, Money, Refusal, type RefusalReason } from '../../../platform/domain';
import { MAX_LINES } from '../contracts/ordered-line';
import type { RequestedLine } from '../contracts/place-order.command';
import { minorUnitsOf } from './order-line';

/** What is wrong with the number of lines. */
export function lineCountProblem({ length }: readonly RequestedLine[]): RefusalReason | undefined {
  if (length === 0)
    return { pointer: '/lines', code: 'orders.no-lines', message: 'An order needs at least one line.' };
  if (length > MAX_LINES)
    return {
      pointer: '/lines',
      code: 'orders.too-many-lines',
      message: `An order has at most ${MAX_LINES} lines.`,
    };
  return undefined;
}

/** What is wrong with the currency of an order. */
export function currencyProblem(currency: string): RefusalReason | undefined {
  if (Currency.isCode(currency)) return undefined;
  return {
    pointer: '/currency',
    code: 'orders.currency-unknown',
    message: `${currency} is no current currency of ISO 4217.`,
  };
}

/** Beyond the safe integers a sum of minor units is no longer exact. */
export function totalProblem(
  lines: readonly { quantity: number; unitPrice: number }[],
): RefusalReason | undefined {
  if (Money.isExact(minorUnitsOf(lines))) return undefined;
  return {
    pointer: '/lines',
    code: 'orders.total-too-large',
    message: 'The total of the order is too large to be exact.',
  };
}

export const customerUnknown: RefusalReason = {
  pointer: '/customerId',
  code: 'orders.customer-unknown',
  message: 'There is no customer with this id.',
};

/**
 * The refusal of an order, with every reason there is. Its code is `orders.refused`, or the reason's own when
 * nothing but the order as a whole is wrong.
 */
export function orderRefused(reasons: RefusalReason[]): Refusal {
  const [first] = reasons;
  const code = reasons.every((reason) => !reason.code.startsWith('orders.line.'))
    ? first.code
    : 'orders.refused';
  return new Refusal('invalid', code, 'The order was refused; nothing was started.', reasons);
}
