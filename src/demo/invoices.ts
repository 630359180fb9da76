import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type Info } from 'csv-parse';
import { DemoError } from './demo-error';
import { utf8Only } from './utf8-only';
import { readInvoiceLine, REQUIRED_COLUMNS, type InvoiceLine } from './invoice-line';

/** The lines of one InvoiceNo, in file order. */
export interface Invoice {
  invoiceNo: string;
  /** Absent where the file names none. */
  customerId?: string;
  country: string;
  lines: InvoiceLine[];
}

const MAX_LINES = 1_000;

/**
 * Reads a whole file of invoices, in order of their first lines; an invoice's lines need not stand together.
 * Anything that is not of the form throws a {@link DemoError} that names the line and says what to do.
 */
export async function readInvoices(file: string): Promise<Invoice[]> {
  const invoices = new Map<string, Invoice>();
  const parser = parse({ columns: checkedColumns, bom: true, info: true, skip_empty_lines: true });
  try {
    await pipeline(
      createReadStream(file),
      utf8Only,
      parser,
      async (records: AsyncIterable<{ record: Record<string, string>; info: Info }>) => {
        for await (const { record, info } of records) addLine(invoices, readInvoiceLine(record, info.lines));
      },
    );
  } catch (error) {
    throw explained(file, error);
  }
  if (invoices.size === 0)
    throw new DemoError(
      `${file} holds no invoices. Give a file with a header line and at least one line below it.`,
    );
  return [...invoices.values()];
}

function checkedColumns(header: string[]): string[] {
  const columns = header.map((column) => column.trim());
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new DemoError(
      `line 1: the header lacks ${missing.join(', ')}. It must name ${REQUIRED_COLUMNS.join(',')}.`,
    );
  }
  return columns;
}

function addLine(invoices: Map<string, Invoice>, line: InvoiceLine): void {
  const { invoiceNo, customerId, country } = line;
  const invoice = invoices.get(invoiceNo);
  if (!invoice) {
    invoices.set(invoiceNo, { invoiceNo, customerId, country, lines: [line] });
    return;
  }
  const first = invoice.lines[0];
  if (customerId !== invoice.customerId) {
    throw new DemoError(
      `line ${line.line}: invoice ${invoiceNo} belongs to ${who(customerId)} here and to ${who(invoice.customerId)} in line ${first.line}. Give the whole invoice one CustomerID.`,
    );
  }
  if (line.quantity > 0 !== first.quantity > 0) {
    throw new DemoError(
      `line ${line.line}: invoice ${invoiceNo} mixes positive with other quantities (${line.quantity} here, ${first.quantity} in line ${first.line}). Split it into two invoices.`,
    );
  }
  if (invoice.lines.length === MAX_LINES) {
    throw new DemoError(
      `line ${line.line}: invoice ${invoiceNo} has more than ${MAX_LINES.toLocaleString('en-GB')} lines. Split it into several invoices.`,
    );
  }
  invoice.lines.push(line);
}

function who(customerId: string | undefined): string {
  return customerId === undefined ? 'nobody' : `customer ${customerId}`;
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof DemoError) return new DemoError(`${file}, ${error.message}`);
  if (error instanceof CsvError)
    return new DemoError(
      `${file} is not a CSV file of the expected form: ${error.message}. Mend that line, or quote a field that holds a comma, quote or line break.`,
    );
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new DemoError(
      `There is no file ${file}. Give the path of a CSV file, or leave --data out to play the bundled one.`,
    );
  if (code === 'EISDIR') return new DemoError(`${file} is a folder. Give the path of a CSV file in it.`);
  if (code === 'EACCES')
    return new DemoError(`${file} may not be read. Make it readable for this user, or give another file.`);
  return error;
}
