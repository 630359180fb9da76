import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const EXAMPLE = join(ROOT, 'test/example');

/**
 * Where a file of the application is found in the example: modules beside their migrations and invariants.
 */
const inExample = (file: string): string => join(EXAMPLE, file.replace(/^src\/(modules\/)?/, ''));

/**
 * The text of a file of the example as it would be written at its place in the application,
 * `src/modules/loyalty/...`: imports lead from there, and lines that say `// outside src/modules` are left
 * out.
 */
export function sourceAsIn(file: string): string {
  const place = inExample(file);
  return readFileSync(place, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('// outside src/modules'))
    .join('\n')
    .replace(/from '(\.\.?\/[^']+)'/g, (_, path: string) => {
      const target = join(dirname(place), path);
      if (target.startsWith(EXAMPLE)) return `from '${path}'`;
      const there = relative(dirname(join(ROOT, file)), target);
      return `from '${there.startsWith('.') ? there : `./${there}`}'`;
    })
    .trimEnd();
}
