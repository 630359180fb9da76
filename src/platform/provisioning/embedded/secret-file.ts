import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { exists } from './exists';

/** A random secret that lives in a file only its owner may read; made on first use. */
export async function secretIn(path: string): Promise<string> {
  if (!(await exists(path))) {
    const partial = `${path}.${process.pid}`;
    await writeFile(partial, randomBytes(24).toString('base64url'), { mode: 0o600 });
    await rename(partial, path);
  }
  return (await readFile(path, 'utf8')).trim();
}
