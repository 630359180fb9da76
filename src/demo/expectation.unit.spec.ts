import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expectedReport, outcomeOf } from './expectation';
import { readInvoices } from './invoices';
import { planOf } from './plan';
import { bundledData } from './project-folder';
import type { ExpectedReport } from './report';

const expectationOf = async (file: string): Promise<ExpectedReport> =>
  expectedReport(planOf(await readInvoices(file)));

describe('the expected report', () => {
  it.each([
    ['within the limit', [[1, 100]], 'completed'],
    ['an exact hit of the limit', [[1, 1_500_00]], 'completed'],
    ['a penny over the limit', [[1, 1_500_01]], 'rejected'],
    [
      'over the limit with all lines together',
      [
        [100, 1_000],
        [1, 50_001],
      ],
      'rejected',
    ],
    ['a declined total', [[3, 71]], 'cancelled'],
    ['a declined total over the limit', [[1, 1_500_13]], 'rejected'],
    [
      'a line priced 0',
      [
        [2, 100],
        [1, 0],
      ],
      'refused',
    ],
    [
      'a line priced 0 over the limit',
      [
        [1, 1_500_13],
        [1, 0],
      ],
      'refused',
    ],
  ])('%s', (_what, lines, outcome) => {
    expect(outcomeOf(lines.map(([quantity, unitPrice]) => ({ itemId: '10001', quantity, unitPrice })))).toBe(
      outcome,
    );
  });

  it('is the one worked out by hand for the tricky file', async () => {
    const folder = dirname(bundledData());
    const byHand = JSON.parse(await readFile(join(folder, 'tricky.expected.json'), 'utf8'));
    expect(await expectationOf(join(folder, 'tricky.csv'))).toEqual(byHand);
  });

  it('is what a separate program found for the bundled file', async () => {
    expect(await expectationOf(bundledData())).toEqual({
      orders: {
        submitted: 483,
        refused: { price: 16 },
        rejected: { credit: 26 },
        cancelled: { payment: 2 },
        completed: 439,
      },
      returns: { accepted: 11, unmatched: 114 },
      adjustments: 30,
      money: { captured: 12_264_382, refunded: 21_100 },
      stock: {
        received: 103_797,
        adjusted: -1_398,
        dispatched: 64_812,
        returned: 81,
        onHand: 37_668,
        reserved: 0,
      },
      credit: { held: 0 },
      shipments: 438,
      messages: { parked: 0 },
    });
  });
});
