import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Project {
  readonly config: string;
}
const { fingerprint, APPLICATION } = createRequire(__filename)('./build.js') as {
  fingerprint: (project: Project, root: string) => string;
  APPLICATION: Project;
};

describe('What was built', () => {
  let root: string;
  const write = (file: string, content: string): void => writeFileSync(join(root, file), content);
  const now = (): string => fingerprint(APPLICATION, root);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'seamline-build-'));
    for (const folder of ['src', 'migrations']) mkdirSync(join(root, folder));
    for (const file of [
      'tsconfig.json',
      'tsconfig.build.json',
      'package-lock.json',
      'src/main.ts',
      'src/main.unit.spec.ts',
    ])
      write(file, '{}');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('stays up to date when npm writes the lock file anew without a change, as npm prune does', () => {
    const before = now();
    utimesSync(join(root, 'package-lock.json'), new Date(0), new Date(0));
    write('src/main.unit.spec.ts', '// A test is no part of it.');
    expect(now()).toBe(before);
  });

  it('may be of an application that has no lock file, and is older than the first one', () => {
    rmSync(join(root, 'package-lock.json'));
    const before = now();
    write('package-lock.json', '{}');
    expect(now()).not.toBe(before);
  });

  it.each(['package-lock.json', 'tsconfig.build.json', 'src/main.ts', 'src/added.ts'])(
    'is older than a %s with other content',
    (file) => {
      const before = now();
      write(file, '{ "changed": true }');
      expect(now()).not.toBe(before);
    },
  );
});
