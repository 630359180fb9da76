import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from './recording';
import type { RecordedLine } from './recorded-line';

const folder = mkdtempSync(join(tmpdir(), 'recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(lines: RecordedLine[]) {
  const file = join(folder, 'lines');
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  const transactions = await readRecording(file, (role) => role.startsWith('app_'));
  return transactions.map(({ role, statements }) => [role, ...statements.map(({ text }) => text)]);
}

const TEXTS = ['START TRANSACTION', 'insert', 'COMMIT', 'select'];
const head: RecordedLine[] = [
  { kind: 'connection', id: 1, role: 'app_orders' },
  { kind: 'connection', id: 2, role: 'app_orders' },
  { kind: 'connection', id: 3, role: 'postgres' },
  ...TEXTS.map((text, id): RecordedLine => ({ kind: 'text', id, text })),
];
let ids = 0;
const sent = (connection: number, text: string): RecordedLine => ({
  kind: 'sent',
  id: (ids += 1),
  connection,
  at: ids,
  text: TEXTS.indexOf(text),
});

describe('reading a recording', () => {
  it('puts together what one connection sent from begin to commit, whatever others sent meanwhile', async () => {
    const lines = [
      sent(1, 'START TRANSACTION'),
      sent(2, 'select'),
      sent(1, 'insert'),
      sent(2, 'select'),
      sent(1, 'COMMIT'),
      sent(1, 'select'),
    ];
    expect(await read([...head, ...lines])).toEqual([
      ['app_orders', 'START TRANSACTION', 'insert', 'COMMIT'],
      ['app_orders', 'select'],
      ['app_orders', 'select'],
      ['app_orders', 'select'],
    ]);
  });

  it('leaves out what others than the application sent', async () => {
    expect(await read([...head, sent(3, 'select'), sent(1, 'insert')])).toEqual([['app_orders', 'insert']]);
  });
});
