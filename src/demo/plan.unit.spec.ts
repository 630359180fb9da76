import type { InvoiceLine } from './invoice-line';
import type { Invoice } from './invoices';
import { isStockTracked, planOf } from './plan';

type LineParts = Partial<Pick<InvoiceLine, 'stockCode' | 'description' | 'quantity' | 'unitPrice'>>;

let line = 1;
const invoice = (invoiceNo: string, customerId: string | undefined, ...lines: LineParts[]): Invoice => ({
  invoiceNo,
  customerId,
  country: 'France',
  lines: lines.map((parts) => ({
    stockCode: '10001',
    description: 'MUG',
    quantity: 1,
    unitPrice: 100,
    ...parts,
    line: ++line,
    invoiceNo,
    customerId,
    country: 'France',
  })),
});
const item = (invoices: Invoice[], itemId: string) =>
  planOf(invoices).items.find((each) => each.itemId === itemId);

describe('the plan', () => {
  beforeEach(() => (line = 1));

  it.each([
    ['10001', true],
    ['85123A', true],
    ['POST', false],
    ['C2', false],
    ['1234', false],
    ['BANK CHARGES', false],
  ])('%s is stock-tracked: %s', (itemId, stockTracked) => {
    expect(isStockTracked(itemId)).toBe(stockTracked);
  });

  it("plays one customer's invoices in file order, and each guest apart", () => {
    const { customers } = planOf([
      invoice('1', '17850', {}),
      invoice('2', undefined, {}),
      invoice('C3', '17850', { quantity: -2 }),
      invoice('4', undefined, {}),
    ]);
    expect(customers.map(({ name, steps }) => [name, steps.map(({ reference }) => reference)])).toEqual([
      ['Customer 17850', ['1', 'C3:4']],
      ['Guest of invoice 2', ['2']],
      ['Guest of invoice 4', ['4']],
    ]);
  });

  it('makes one order of an invoice, every line as it stands', () => {
    const { customers } = planOf([
      invoice('1', '17850', { stockCode: '10002a', quantity: 2 }, { unitPrice: 0 }, { stockCode: '10002A' }),
    ]);
    expect(customers[0].steps).toEqual([
      {
        kind: 'order',
        reference: '1',
        lines: [
          { itemId: '10002A', quantity: 2, unitPrice: 100 },
          { itemId: '10001', quantity: 1, unitPrice: 0 },
          { itemId: '10002A', quantity: 1, unitPrice: 100 },
        ],
      },
    ]);
  });

  it('makes one return of each line of a credit note', () => {
    const { customers } = planOf([
      invoice('C1', '17850', { quantity: -2 }, { stockCode: 'post', quantity: -1 }),
    ]);
    expect(customers[0].steps).toEqual([
      { kind: 'return', reference: 'C1:2', itemId: '10001', quantity: 2 },
      { kind: 'return', reference: 'C1:3', itemId: 'POST', quantity: 1 },
    ]);
  });

  it('makes adjustments of an invoice without positive quantities, and skips its services', () => {
    const { customers } = planOf([
      invoice('1', undefined, { quantity: -2 }, { stockCode: 'M', quantity: -1 }, { quantity: 0 }),
    ]);
    expect(customers[0].steps).toEqual([
      { kind: 'adjustment', reference: '1:2', itemId: '10001', quantity: -2 },
      { kind: 'adjustment', reference: '1:4', itemId: '10001', quantity: 0 },
    ]);
  });

  it('names an item by its first description that is not empty, else by its code', () => {
    const invoices = [
      invoice(
        '1',
        '1',
        { description: '' },
        { description: 'BLUE MUG' },
        { description: 'MUG' },
        { stockCode: '10002', description: '' },
      ),
    ];
    expect(item(invoices, '10001')?.name).toBe('BLUE MUG');
    expect(item(invoices, '10002')?.name).toBe('10002');
  });

  it('lists an item at the highest price of all its lines, those of credit notes and corrections too', () => {
    const invoices = [
      invoice('1', '1', {}),
      invoice('C2', '1', { quantity: -1, unitPrice: 300 }),
      invoice('3', '1', { quantity: -1, unitPrice: 200 }),
    ];
    expect(item(invoices, '10001')?.listPrice).toBe(300);
  });

  it('opens with the stock of all lines outside credit notes, whatever their sign', () => {
    const invoices = [
      invoice('1', '1', { quantity: 5 }, { stockCode: 'POST' }),
      invoice('2', '1', { quantity: -3 }),
      invoice('C3', '1', { quantity: -4 }),
    ];
    expect(item(invoices, '10001')?.openingStock).toBe(8);
    expect(item(invoices, 'POST')?.openingStock).toBe(0);
  });
});
