import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listFiles } from './source-file';

const ROOT = join(__dirname, '../..');

/**
 * What libraries do not publish and the platform uses all the same: how it is recognised, and the one place
 * that may use it.
 */
const PRIVATE: readonly { what: string; pattern: RegExp; home: RegExp }[] = [
  {
    what: 'connections and pools of pg and TypeORM',
    pattern:
      /\bprocessID\b|\bconnection: (EventEmitter|\{ stream)|\bmaster\??: Pool\b|as unknown as \{ options\b/,
    home: /^src\/platform\/database\/driver-internals\.ts$/,
  },
  {
    what: 'the metadata of class-transformer and class-validator',
    pattern: /class-transformer\/(cjs|types)\/|validationMetadatas\b/,
    home: /^src\/platform\/messages\/validation\//,
  },
  {
    what: 'the metadata of NestJS and its buses',
    pattern:
      /@nestjs\/[\w-]+\/(constants|enums|dist)|'__(command|query|commandHandler|queryHandler|eventsHandler)__'/,
    home: /^src\/platform\/hosting\/nest-metadata\.ts$/,
  },
  { what: "Express's router", pattern: /\.router as unknown\b/, home: /^src\/platform\/http\/edge\.ts$/ },
];

const files = listFiles(join(ROOT, 'src'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ path: relative(ROOT, file), text: readFileSync(file, 'utf8') }));

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;

describe('private interfaces of libraries', () => {
  it.each(PRIVATE)('are used in one place: $what', ({ pattern, home }) => {
    const users = files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    expect(users.filter((path) => !home.test(path))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  /**
   * When this fails after an update: look at each of them in the new version, run the whole suite, then
   * change the version here.
   */
  it('were seen in these versions', () => {
    const names = [
      'pg',
      'pg-pool',
      'typeorm',
      'class-transformer',
      'class-validator',
      '@nestjs/common',
      '@nestjs/cqrs',
      'express',
      'router',
    ];
    expect(names.map((name) => `${name} ${versionOf(name)}`)).toEqual([
      'pg 8.23.1',
      'pg-pool 3.14.0',
      'typeorm 1.1.1',
      'class-transformer 0.5.1',
      'class-validator 0.15.1',
      '@nestjs/common 12.5.1',
      '@nestjs/cqrs 12.0.0',
      'express 5.3.0',
      'router 2.3.0',
    ]);
  });
});
