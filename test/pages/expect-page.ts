import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Whether pages are written rather than compared. */
export const writesPages = process.env.WRITE_PAGES !== undefined;

/** What `npm run docs` writes, and what must stand there otherwise. */
export function expectPage(page: string, expected: string): void {
  const file = join(ROOT, page);
  if (writesPages) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, expected);
  }
  expect({ page, text: existsSync(file) ? readFileSync(file, 'utf8') : 'There is no such page.' }).toEqual({
    page,
    text: expected,
  });
}
