import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that `npm ci --omit=dev` installs. */
export interface ProductionPackage {
  readonly name: string;
  readonly bytes: number;
  /** The packages that ask for it; `package.json` for a dependency of the project's own. */
  readonly neededBy: readonly string[];
}

interface Locked {
  readonly dev?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const FOLDER = 'node_modules/';
/**
 * Node itself, for machines with an older one: a production machine has the Node that it starts this with.
 */
const RUNTIME = /^node-(linux|darwin|win)-/;

/**
 * What the lock file calls a production dependency and is installed below `root`, without the Node runtime,
 * largest first. Each package counts as many bytes as it takes on the disk. Works on a full installation,
 * too: it needs no second one.
 */
export function productionPackages(root: string): ProductionPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const production = Object.entries(packages).filter(([, { dev }]) => !dev);
  return production
    .filter(
      ([path]) => path.startsWith(FOLDER) && !RUNTIME.test(nameOf(path)) && existsSync(join(root, path)),
    )
    .map(([path]) => ({
      name: nameOf(path),
      bytes: bytesOnDisk(join(root, path)),
      neededBy: production.filter(([, locked]) => asksFor(locked, nameOf(path))).map(([by]) => nameOf(by)),
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** The size of all of them in megabytes of 1,000,000 bytes. */
export const megabytes = (packages: readonly Pick<ProductionPackage, 'bytes'>[]): number =>
  packages.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000_000;

const nameOf = (path: string): string =>
  path === '' ? 'package.json' : path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);

const asksFor = ({ dependencies, optionalDependencies }: Locked, name: string): boolean =>
  name in { ...dependencies, ...optionalDependencies };

/** Without the packages inside it, which have entries of their own. */
function bytesOnDisk(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sum + bytesOnDisk(path);
      const { blocks, size } = lstatSync(path);
      // Windows knows no blocks.
      return sum + (blocks === undefined ? size : blocks * 512);
    }, 0);
}
