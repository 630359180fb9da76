import { DemoError } from './demo-error';
import { parsePence } from './pence';

export const REQUIRED_COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

/** One line of the file, checked. */
export interface InvoiceLine {
  /** Where it stands in the file, for messages. */
  line: number;
  invoiceNo: string;
  stockCode: string;
  description: string;
  quantity: number;
  /** In pence. */
  unitPrice: number;
  customerId?: string;
  country: string;
}

const MAX_TEXT = 60;
// The largest line is then worth 10^12 pence and the largest invoice 10^15: sums stay exact.
const MAX_QUANTITY = 1_000_000;
const MAX_PENCE = 1_000_000_00;
const ITEM_CODE = /^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$/;

/** Checks one record of the file; throws a {@link DemoError} that starts with the line. */
export function readInvoiceLine(record: Record<string, string>, line: number): InvoiceLine {
  if (Number.isNaN(Date.parse(record.InvoiceDate))) {
    throw problem(line, 'InvoiceDate', record.InvoiceDate, 'is not a date. Write it as 2010-12-01T08:26:00Z');
  }
  return {
    line,
    invoiceNo: textOf(record, 'InvoiceNo', line),
    stockCode: stockCodeOf(record.StockCode, line),
    description: record.Description.trim(),
    quantity: quantityOf(record.Quantity, line),
    unitPrice: unitPriceOf(record.UnitPrice, line),
    customerId: record.CustomerID.trim() === '' ? undefined : textOf(record, 'CustomerID', line),
    country: record.Country.trim() === '' ? 'Unspecified' : textOf(record, 'Country', line),
  };
}

function textOf(
  record: Record<string, string>,
  column: 'InvoiceNo' | 'CustomerID' | 'Country',
  line: number,
): string {
  const text = record[column].trim();
  if (text === '') throw problem(line, column, text, 'is empty. Every line needs one');
  if (text.length > MAX_TEXT)
    throw problem(line, column, text, `is too long. Give at most ${MAX_TEXT} characters`);
  return text;
}

function stockCodeOf(text: string, line: number): string {
  if (!ITEM_CODE.test(text.toUpperCase())) {
    throw problem(
      line,
      'StockCode',
      text,
      'is not an item code. Give 1 to 40 letters, digits, spaces or . _ / + & -, starting with a letter or digit',
    );
  }
  return text;
}

function quantityOf(text: string, line: number): number {
  const quantity = /^-?\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(Math.abs(quantity) <= MAX_QUANTITY)) {
    throw problem(line, 'Quantity', text, 'is not a quantity. Give a whole number from -1000000 to 1000000');
  }
  return quantity === 0 ? 0 : quantity;
}

function unitPriceOf(text: string, line: number): number {
  const pence = parsePence(text);
  if (pence === undefined || pence > MAX_PENCE) {
    throw problem(
      line,
      'UnitPrice',
      text,
      'is not a price. Give pounds from 0 to 1000000.00 with at most two decimals, such as 2.55',
    );
  }
  return pence;
}

function problem(line: number, column: string, value: string, advice: string): DemoError {
  return new DemoError(`line ${line}: ${column} "${value.slice(0, 80)}" ${advice}.`);
}
