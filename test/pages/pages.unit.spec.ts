import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AppModule } from '../../src/app.module';
import { describedVariables } from '../../src/platform/config/settings';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { LEVELS } from '../architecture/layers';
import { listFiles } from '../architecture/source-file';
import { sourceAsIn } from './example-source';
import { expectPage } from './expect-page';
import { filesShownIn, withPart } from './generated-parts';

const ROOT = join(__dirname, '../..');
const EXAMPLE = join(ROOT, 'test/example');

/** The first sentence of a layer's README, for a table. */
function promiseOf(layer: string): string {
  const readme = `src/platform/${layer}/README.md`;
  const sentence = /^# .+\n\n(?![-|#>])(.+?\.)(?=\s)/.exec(readFileSync(join(ROOT, readme), 'utf8'))?.[1];
  if (sentence === undefined)
    throw new Error(`${readme} does not begin with a sentence on what it promises.`);
  return sentence;
}

const describedLayers = (levels: readonly (readonly string[])[]): string[] => [
  '| layer | what it promises |',
  '|---|---|',
  ...levels
    .flat()
    .toReversed()
    .map((layer) => `| [${layer}](../src/platform/${layer}/README.md) | ${promiseOf(layer)} |`),
];

/** The highest level is on top; each box is one, and may import all boxes below it. */
const drawnLayers = (levels: readonly (readonly string[])[]): string[] => [
  ...levels.map((layers, level) => `  level${level}["${layers.join(' · ')}"]`).reverse(),
  ...levels
    .slice(1)
    .map((_, level) => `  level${level + 1} --> level${level}`)
    .reverse(),
];

describe('what pages take from the code is there; run `npm run docs` when it has changed', () => {
  it('the settings of the modules, in docs/configuration.md', () => {
    const PAGE = 'docs/configuration.md';
    const rows = describedVariables(boundedContextsOf(AppModule)).map(
      ({ name, module, fallback, meaning }) => `| \`${name}\` | ${module} | ${fallback} | ${meaning} |`,
    );
    const table = [
      '',
      '| variable | module | default | meaning |',
      '|---|---|---|---|',
      ...rows,
      '',
      '',
    ].join('\n');
    expectPage(PAGE, withPart(readFileSync(join(ROOT, PAGE), 'utf8'), 'settings of the modules', table));
  });

  it('the layers of the platform, in docs/architecture.md', () => {
    const PAGE = 'docs/architecture.md';
    const drawing = ['```mermaid', 'flowchart TB', ...drawnLayers(LEVELS), '```'];
    const part = ['', ...drawing, '', ...describedLayers(LEVELS), '', ''].join('\n');
    expectPage(PAGE, withPart(readFileSync(join(ROOT, PAGE), 'utf8'), 'layers', part));
  });

  describe('the example in docs/module.md', () => {
    const PAGE = 'docs/module.md';
    const read = (): string => readFileSync(join(ROOT, PAGE), 'utf8');

    it('is the code of test/example, as it would be written in src/modules', () => {
      const expected = filesShownIn(read()).reduce((page, file) => {
        const language = file.endsWith('.ts') ? 'ts' : 'md';
        return withPart(
          page,
          `file: ${file}`,
          `\n\`${file}\`\n\n\`\`\`${language}\n${sourceAsIn(file)}\n\`\`\`\n\n`,
        );
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
