import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A random secret that lives in a file only its owner may read; made on first use. */
export function secretIn(path: string): string {
  if (!existsSync(path)) {
    const partial = `${path}.${process.pid}`;
    writeFileSync(partial, randomBytes(24).toString('base64url'), { mode: 0o600 });
    renameSync(partial, path);
  }
  return readFileSync(path, 'utf8').trim();
}
