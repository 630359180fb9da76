import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AppModule } from '../../src/app.module';
import { describedVariables } from '../../src/platform/config/settings';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { listFiles } from '../architecture/source-file';
import { sourceAsIn } from './example-source';
import { filesShownIn, withPart } from './generated-parts';

const ROOT = join(__dirname, '../..');
const EXAMPLE = join(ROOT, 'test/example');

/** What `npm run pages` writes, and what must stand there otherwise. */
function expectPage(page: string, expected: string): void {
  if (process.env.WRITE_PAGES) writeFileSync(join(ROOT, page), expected);
  expect(readFileSync(join(ROOT, page), 'utf8')).toBe(expected);
}

describe('what pages take from the code is there; run `npm run pages` when it has changed', () => {
  it('the settings of the modules, in docs/configuration.md', () => {
    const PAGE = 'docs/configuration.md';
    const rows = describedVariables(boundedContextsOf(AppModule)).map(
      ({ name, module, fallback, meaning }) => `| \`${name}\` | ${module} | ${fallback} | ${meaning} |`,
    );
    const table = ['', '| variable | module | default | meaning |', '|---|---|---|---|', ...rows, '', ''].join('\n');
    expectPage(PAGE, withPart(readFileSync(join(ROOT, PAGE), 'utf8'), 'settings of the modules', table));
  });

  describe('the example in docs/module.md', () => {
    const PAGE = 'docs/module.md';
    const read = (): string => readFileSync(join(ROOT, PAGE), 'utf8');

    it('is the code of test/example, as it would be written in src/modules', () => {
      const expected = filesShownIn(read()).reduce((page, file) => {
        const language = file.endsWith('.ts') ? 'ts' : 'md';
        return withPart(page, `file: ${file}`, `\n\`${file}\`\n\n\`\`\`${language}\n${sourceAsIn(file)}\n\`\`\`\n\n`);
      }, read());
      expectPage(PAGE, expected);
    });

    it('leaves no file of it out', () => {
      const all = listFiles(EXAMPLE).map((file) => relative(EXAMPLE, file));
      const shown = filesShownIn(read()).map((file) => file.replace(/^src\/(modules\/)?/, ''));
      expect(shown.sort()).toEqual(all.sort());
    });
  });
});
