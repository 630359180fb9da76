import { RequestedLine } from '../contracts/place-order.command';
import {
  currencyProblem,
  customerUnknown,
  lineCountProblem,
  orderRefused,
  totalProblem,
} from './order-is-refused';

const lines = (count: number): RequestedLine[] =>
  Array.from({ length: count }, () => RequestedLine.of('A', 1));
const badLine = { pointer: '/lines/0/quantity', code: 'orders.line.quantity-not-positive', message: '' };

describe('a new order as a whole', () => {
  it.each([
    [0, 'orders.no-lines'],
    [1, undefined],
    [1000, undefined],
    [1001, 'orders.too-many-lines'],
  ])('with %i lines: %s', (count, code) => {
    expect(lineCountProblem(lines(count))?.code).toBe(code);
  });

  it('must have a total that is exact', () => {
    const most = { quantity: 1, unitPrice: Number.MAX_SAFE_INTEGER };
    expect(totalProblem([most])).toBeUndefined();
    expect(totalProblem([most, { quantity: 1, unitPrice: 1 }])?.code).toBe('orders.total-too-large');
    expect(totalProblem([{ quantity: 1_000_000_000, unitPrice: Number.MAX_SAFE_INTEGER }])?.code).toBe(
      'orders.total-too-large',
    );
  });

  it.each([
    ['GBP', undefined],
    ['KWD', undefined],
    ['XXZ', 'orders.currency-unknown'],
    ['gbp', 'orders.currency-unknown'],
    ['', 'orders.currency-unknown'],
  ])('in %j: %s', (currency, code) => {
    expect(currencyProblem(currency)?.code).toBe(code);
  });

  it('is refused under the code of its only problem, and under a common one as soon as a line is bad', () => {
    expect(orderRefused([customerUnknown])).toMatchObject({
      kind: 'invalid',
      code: 'orders.customer-unknown',
    });
    expect(orderRefused([badLine])).toMatchObject({
      kind: 'invalid',
      code: 'orders.refused',
      reasons: [badLine],
    });
    expect(orderRefused([customerUnknown, badLine])).toMatchObject({
      code: 'orders.refused',
      reasons: [customerUnknown, badLine],
    });
  });
});
