import ts from 'typescript';
import { isSpec, lineOf, moduleOf, type SourceFile, type Violation, violation } from './source-file.ts';

/**
 * The entries of the platform: all that code outside of it may import. They stand beside the layers, hold
 * named exports only, and are split by what they load: contracts and domain models load neither NestJS
 * modules nor a database.
 */
export const ENTRIES: readonly string[] = [
  'domain',
  'contracts',
  'index',
  'http',
  'application',
  'invariants',
].map((name) => `src/platform/${name}.ts`);

/** What the root module, the programs and the invariants may use as well. */
const FOR_APPLICATIONS = ['src/platform/application.ts', 'src/platform/invariants.ts'];
/** What modules may use. */
const FOR_MODULES = ENTRIES.filter((path) => !FOR_APPLICATIONS.includes(path));
/** What an application has beside its modules: the root module, the programs and the invariants. */
const BESIDE_MODULES = /^src\/(invariants\/)?[^/]+\.ts$/;

/** What starts a process, each from its own file, so that none loads the others. */
export const PROGRAMS =
  /^src\/platform\/(cli\/programs\/|start\/run-process\.ts$|extraction\/move\.cli\.ts$)/;

/**
 * How many names modules may use, types included. More is more to learn: take one out for each that comes in,
 * and lower it where you can.
 */
export const MOST_NAMES = 60;

/**
 * Modules, the root module and invariants import entries of the platform, and programs what they run. Specs
 * may look behind them.
 */
export function entryImports(file: SourceFile): Violation[] {
  const module = moduleOf(file.path);
  if (isSpec(file.path) || (module === undefined && !BESIDE_MODULES.test(file.path))) return [];
  const allowed = module === undefined ? ENTRIES : FOR_MODULES;
  return file.imports.flatMap(({ target, line, specifier }) => {
    if (!target?.startsWith('src/platform/') || allowed.includes(target)) return [];
    if (module === undefined && PROGRAMS.test(target)) return [];
    return violation(
      file,
      line,
      'platform-is-used-by-its-entries',
      `"${specifier}" is an inside of the platform.`,
      `import the name from ${allowed.join(', ')}. If none of them has it, look for another way in docs/module.md; add it to an entry only if every module may rely on it.`,
    );
  });
}

/** The names that an entry exports. */
export const namesOf = ({ syntax }: SourceFile): string[] =>
  syntax.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map(({ name }) => name.text)
      : [],
  );

/** All names that modules may use. */
export const surfaceOf = (files: readonly SourceFile[]): string[] =>
  files.filter(({ path }) => FOR_MODULES.includes(path)).flatMap(namesOf);

/** An entry holds nothing but named exports of the layers. */
export function entryContent(file: SourceFile): Violation[] {
  if (!ENTRIES.includes(file.path)) return [];
  const other = file.syntax.statements.find(
    (statement) =>
      !ts.isExportDeclaration(statement) ||
      !statement.moduleSpecifier ||
      !statement.exportClause ||
      !ts.isNamedExports(statement.exportClause),
  );
  if (!other) return [];
  return violation(
    file,
    lineOf(file.syntax, other),
    'entries-export-names',
    'An entry of the platform holds something else than named exports.',
    "write export { Name } from './layer/file', and put code into the layer that it belongs to.",
  );
}

/** One violation where modules may use more names than a reader can learn. */
export function tooManyNames(files: readonly SourceFile[]): Violation[] {
  const names = surfaceOf(files);
  if (names.length <= MOST_NAMES) return [];
  const [file] = files.filter(({ path }) => FOR_MODULES.includes(path));
  return violation(
    file,
    1,
    'surface-is-small',
    `Modules may use ${names.length} names of the platform; ${MOST_NAMES} are the most.`,
    'take out what can be done with the other names, and what only one module uses.',
  );
}
