import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentationOf, firstSentenceOf } from './documentation';

describe('the comment above a class', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seamline-documentation-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const written = (text: string): string => {
    const file = join(folder, 'file');
    writeFileSync(file, text);
    return file;
  };

  it.each([
    [
      'in TypeScript',
      "/**\n * A sale\n * was made.\n */\n@EventContract('sales.sold', {\n  version: 1,\n})\nexport class Sold extends EventMessage<Sold> {}",
    ],
    [
      'in what is built of it',
      'const contracts_1 = require("x");\n/**\n * A sale\n * was made.\n */\nlet Sold = class Sold extends contracts_1.EventMessage {\n};',
    ],
  ])('is one line, %s', (_where, text) => {
    expect(documentationOf(written(text), 'Sold')).toBe('A sale was made.');
  });

  it('is none of another class, and none of a member', () => {
    const text =
      '/** Another. */\nexport class Other {\n  /** A field. */\n  readonly id!: string;\n}\n\nexport class Sold {}';
    expect(documentationOf(written(text), 'Sold')).toBeUndefined();
    expect(documentationOf(written(text), 'Other')).toBe('Another.');
    expect(documentationOf(written(text), 'Missing')).toBeUndefined();
  });

  it('begins with a sentence', () => {
    expect(firstSentenceOf('A sale was made in version 1.2. Key: saleId.')).toBe(
      'A sale was made in version 1.2.',
    );
    expect(firstSentenceOf('No stop')).toBe('No stop');
  });
});
