import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A parameter that stands for "does not matter" when it is null. */
const PERHAPS_FILTER = /\$\d+(::\w+(\[\])?)? is null or /i;

/**
 * A statement is planned once, for all values (decision 12): with a filter that may not matter it is planned
 * without an index, and reads the whole table, or all that comes before a page.
 */
describe('A statement of a module', () => {
  const files = globSync(['src/modules/**/*.ts', 'test/example/**/*.ts'], { cwd: ROOT });

  it('is one of those that are looked at', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(PERHAPS_FILTER.test('where ($1::uuid is null or customer_id > $1)')).toBe(true);
    expect(PERHAPS_FILTER.test('where $3::text[] is null or type = any($3)')).toBe(true);
  });

  it('leaves a filter that was not given out of its text, and begins before all rows where no cursor was given', () => {
    expect(files.filter((file) => PERHAPS_FILTER.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});
