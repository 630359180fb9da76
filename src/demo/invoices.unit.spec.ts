import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInvoices } from './invoices';
import { bundledData } from './project-folder';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const DATE = '2010-12-01T08:26:00Z';

describe('reading invoices', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-invoices-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function read(...lines: string[]) {
    const file = join(folder, 'invoices.csv');
    await writeFile(file, lines.join('\n'));
    return readInvoices(file);
  }

  it('reads the bundled file whole', async () => {
    const invoices = await readInvoices(bundledData());
    expect(invoices).toHaveLength(562);
    expect(invoices.flatMap(({ lines }) => lines)).toHaveLength(11_997);
  });

  it('keeps an invoice together whose lines stand apart, in order of first lines', async () => {
    const invoices = await read(
      HEADER,
      `1,10001,MUG,2,${DATE},2.55,17850,France`,
      `2,10001,MUG,1,${DATE},2.55,,Germany`,
      `1,post,"POSTAGE, ""AIR""",1,${DATE},18,17850,France`,
    );
    expect(invoices).toEqual([
      {
        invoiceNo: '1',
        customerId: '17850',
        country: 'France',
        lines: [
          expect.objectContaining({
            line: 2,
            stockCode: '10001',
            description: 'MUG',
            quantity: 2,
            unitPrice: 255,
          }),
          expect.objectContaining({
            line: 4,
            stockCode: 'post',
            description: 'POSTAGE, "AIR"',
            quantity: 1,
            unitPrice: 1800,
          }),
        ],
      },
      expect.objectContaining({ invoiceNo: '2', customerId: undefined, country: 'Germany' }),
    ]);
  });

  it('takes columns in any order, more columns, a byte order mark and Windows line ends', async () => {
    const [invoice] = await read(
      `\uFEFFCountry,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo,Note\r`,
      `France,17850,2.5,${DATE},2,MUG,10001,1,hello\r`,
    );
    expect(invoice).toMatchObject({
      invoiceNo: '1',
      country: 'France',
      lines: [{ quantity: 2, unitPrice: 250 }],
    });
  });

  it('takes an invoice of 1,000 lines and names the line that is one too many', async () => {
    const line = `1,10001,MUG,1,${DATE},1.00,17850,France`;
    const thousand = Array<string>(1_000).fill(line);
    expect((await read(HEADER, ...thousand))[0].lines).toHaveLength(1_000);
    await expect(read(HEADER, ...thousand, line)).rejects.toThrow(
      /line 1002: invoice 1 has more than 1,000 lines\. Split it/,
    );
  });

  it.each([
    [
      'a negative price',
      `1,10001,MUG,1,${DATE},-0.01,17850,France`,
      /line 3: UnitPrice "-0\.01" is not a price/,
    ],
    [
      'three decimals',
      `1,10001,MUG,1,${DATE},1.001,17850,France`,
      /line 3: UnitPrice "1\.001" .* at most two decimals/,
    ],
    ['no price', `1,10001,MUG,1,${DATE},,17850,France`, /line 3: UnitPrice ""/],
    [
      'half a piece',
      `1,10001,MUG,0.5,${DATE},1.00,17850,France`,
      /line 3: Quantity "0\.5" is not a quantity/,
    ],
    ['no quantity', `1,10001,MUG,,${DATE},1.00,17850,France`, /line 3: Quantity ""/],
    ['no invoice number', `,10001,MUG,1,${DATE},1.00,17850,France`, /line 3: InvoiceNo "" is empty/],
    ['no item code', `1, ,MUG,1,${DATE},1.00,17850,France`, /line 3: StockCode " " is not an item code/],
    ['no date', `1,10001,MUG,1,yesterday,1.00,17850,France`, /line 3: InvoiceDate "yesterday" is not a date/],
    [
      'another customer',
      `1,10001,MUG,1,${DATE},1.00,,France`,
      /line 3: .* belongs to nobody here and to customer 17850 in line 2/,
    ],
    [
      'a mixed order',
      `1,10001,MUG,0,${DATE},1.00,17850,France`,
      /line 3: invoice 1 mixes positive with other quantities/,
    ],
    ['a field too many', `1,10001,MUG,1,${DATE},1.00,17850,France,what,else`, /on line 3/],
  ])('names the line of %s', async (_what, line, message) => {
    await expect(read(HEADER, `1,10001,MUG,1,${DATE},1.00,17850,France`, line)).rejects.toThrow(message);
  });

  it('refuses a mixed credit note too', async () => {
    await expect(
      read(HEADER, `C1,10001,MUG,-1,${DATE},1,1,France`, `C1,10001,MUG,1,${DATE},1,1,France`),
    ).rejects.toThrow(/line 3: .* mixes/);
  });

  it('counts the lines of quoted line breaks', async () => {
    await expect(
      read(HEADER, `1,10001,"MUG\nRED",1,${DATE},1,1,France`, `1,10001,MUG,x,${DATE},1,1,France`),
    ).rejects.toThrow(/line 4: Quantity/);
  });

  it('names the columns that are missing', async () => {
    await expect(read('InvoiceNo,StockCode', '1,10001')).rejects.toThrow(
      /line 1: the header lacks Description, Quantity, InvoiceDate/,
    );
  });

  it.each([[[HEADER]], [['']]])('wants at least one invoice (%j)', async (lines) => {
    await expect(read(...lines)).rejects.toThrow(/holds no invoices/);
  });

  it('names the first line that is no UTF-8, wherever the file is read in two', async () => {
    const file = join(folder, 'latin1.csv');
    for (const lines of [1, 3_000]) {
      const before = Array.from(
        { length: lines },
        (_, at) => `${at},10001,Tasse für Zoë 👋,1,${DATE},1,1,France\n`,
      ).join('');
      const wrong = Buffer.from(`x,10001,Zo\xeb,1,${DATE},1,1,France`, 'latin1');
      for (const end of ['', '\n', `\n1,10001,MUG,1,${DATE},1,1,France\n`]) {
        await writeFile(file, Buffer.concat([Buffer.from(`${HEADER}\n${before}`), wrong, Buffer.from(end)]));
        await expect(readInvoices(file)).rejects.toThrow(
          new RegExp(`latin1.csv, line ${lines + 2}: holds bytes that are no UTF-8. .*iconv`),
        );
      }
      await writeFile(file, `\ufeff${HEADER}\n${before}`);
      expect((await readInvoices(file)).map(({ lines: [{ description }] }) => description)).toEqual(
        Array.from({ length: lines }, () => 'Tasse für Zoë 👋'),
      );
    }
  });

  it('says what to do about a file that is not there', async () => {
    await expect(readInvoices(join(folder, 'nothing.csv'))).rejects.toThrow(
      /There is no file .*nothing\.csv\. Give the path/,
    );
  });

  it('says what to do about a folder', async () => {
    await expect(readInvoices(folder)).rejects.toThrow(/is a folder/);
  });
});
