import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LEVELS } from './layers';

const PLATFORM = join(__dirname, '../../src/platform');
const LAYERS = LEVELS.flat();

/**
 * What a page names in backticks: files as `a.ts` or `../layer/a.ts`, folders as `a/`. A later file of a list
 * stands where the one before does.
 */
function namedFiles(page: string): string[] {
  const lists = page.matchAll(/`[\w./-]+(?:\.(?:ts|js)|\/)`(?:(?:, | and )`[\w./-]+(?:\.(?:ts|js)|\/)`)*/g);
  return [...lists].flatMap(([list]) => {
    let folder = '';
    return [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => {
      if (/^(\.\.|test)\//.test(name)) folder = dirname(name);
      return name.includes('/') ? name : join(folder, name);
    });
  });
}

describe('each layer', () => {
  it.each(LAYERS)('has a page that says what it promises, owns and may import: %s', (layer) => {
    const page = readFileSync(join(PLATFORM, layer, 'README.md'), 'utf8');
    expect(page).toContain('**May import**');
    expect(page).toContain('**Begin with**');
    const missing = namedFiles(page).filter(
      (name) =>
        !existsSync(join(PLATFORM, layer, name)) &&
        !name.startsWith('test/') &&
        !name.endsWith('.spec.ts') &&
        !existsSync(join(PLATFORM, layer, name.replace(/^\.\.\/[^/]+\//, ''))),
    );
    expect({ page: `src/platform/${layer}/README.md`, missing }).toEqual({
      page: `src/platform/${layer}/README.md`,
      missing: [],
    });
  });

  it('names in its page what is directly below it', () => {
    for (const [level, layers] of LEVELS.entries()) {
      for (const layer of layers) {
        const line = /\*\*May import\*\* (.*)/.exec(
          readFileSync(join(PLATFORM, layer, 'README.md'), 'utf8'),
        )![1];
        const named = [...line.matchAll(/`([\w-]+)`/g)]
          .map(([, name]) => name)
          .filter((name) => !layers.includes(name));
        const below = LEVELS.slice(0, level).flat();
        expect({ layer, above: named.filter((name) => !below.includes(name)) }).toEqual({ layer, above: [] });
        for (const next of LEVELS[level - 1] ?? [])
          expect({ layer, named }).toEqual({ layer, named: expect.arrayContaining([next]) });
      }
    }
  });
});
