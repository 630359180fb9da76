import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VersionSchema } from '../../schema-compatibility/check-versions';
import type { JsonSchema } from '../../schema-compatibility/json-schema';
import { WrongUse } from '../command';

const FILE = /^src\/modules\/([a-z0-9-]+)\/contracts\/schemas\/([a-z0-9-]+)\.v(\d+)(\.answer)?\.json$/;
const MAX_BYTES = 1 << 28;

/** The schemas of all contracts' versions as they stand in the application's folder. */
export function schemasIn(folder: string): VersionSchema[] {
  const modules = join(folder, 'src/modules');
  if (!existsSync(modules)) return [];
  return readdirSync(modules).flatMap((module) => {
    const place = `src/modules/${module}/contracts/schemas`;
    if (!existsSync(join(folder, place))) return [];
    return readdirSync(join(folder, place)).flatMap((file) =>
      versionOf(`${place}/${file}`, () => readFileSync(join(folder, place, file), 'utf8')),
    );
  });
}

/** The same as they were committed at a revision; throws `WrongUse` where git does not know it. */
export function schemasAt(folder: string, revision: string): VersionSchema[] {
  const files = git(folder, [
    'ls-tree',
    '-r',
    '--name-only',
    '--end-of-options',
    revision,
    '--',
    'src/modules',
  ]);
  const wanted = files.split('\n').filter((file) => FILE.test(file));
  return wanted.flatMap((file) =>
    versionOf(file, () => git(folder, ['show', '--end-of-options', `${revision}:./${file}`])),
  );
}

function versionOf(file: string, read: () => string): VersionSchema[] {
  const [, module, message, version, answer] = FILE.exec(file) ?? [];
  if (!message) return [];
  let schema: JsonSchema;
  try {
    schema = JSON.parse(read()) as JsonSchema;
  } catch (error) {
    if (error instanceof WrongUse) throw error;
    throw new WrongUse(
      `${file} holds no JSON (${(error as Error).message}). Write it anew: npm run contracts -- schemas.`,
    );
  }
  return [
    { contract: `${module}.${message}`, version: Number(version), isAnswer: answer !== undefined, schema },
  ];
}

function git(folder: string, args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: MAX_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const said = (error as Error).message.replace(/\s+/g, ' ');
    throw new WrongUse(
      `git could not read the published contracts (${said}). Give a commit or branch: --against main.`,
    );
  }
}
