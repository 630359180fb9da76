import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from './catalogue/mutants';
import { planted } from './mutant';

const ROOT = join(__dirname, '../..');

describe('the mutants', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s can be planted', (_, mutant) => {
    const source = readFileSync(join(ROOT, mutant.file), 'utf8');
    expect(planted(mutant, source)).not.toBe(source);
    for (const spec of mutant.specs)
      expect({ spec, exists: existsSync(join(ROOT, spec)) }).toEqual({ spec, exists: true });
  });

  it('have names of their own', () => {
    const names = mutants.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
