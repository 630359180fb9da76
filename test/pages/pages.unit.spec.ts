import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module';
import { describedVariables } from '../../src/platform/config/settings';
import { boundedContextsOf } from '../../src/platform/start/bounded-contexts';
import { withPart } from './generated-parts';

const ROOT = join(__dirname, '../..');

/** What `npm run pages` writes, and what must stand there otherwise. */
function expectPage(page: string, expected: string): void {
  if (process.env.WRITE_PAGES) writeFileSync(join(ROOT, page), expected);
  expect(readFileSync(join(ROOT, page), 'utf8')).toBe(expected);
}

describe('what pages take from the code is there; run `npm run pages` when it has changed', () => {
  it('the settings of the modules, in the README', () => {
    const rows = describedVariables(boundedContextsOf(AppModule)).map(
      ({ name, module, fallback, meaning }) => `| \`${name}\` | ${module} | ${fallback} | ${meaning} |`,
    );
    const table = ['', '| variable | module | default | meaning |', '|---|---|---|---|', ...rows, '', ''].join('\n');
    expectPage('README.md', withPart(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'settings of the modules', table));
  });
});
