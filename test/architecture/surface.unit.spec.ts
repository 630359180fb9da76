import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { listFiles, readSource, type SourceFile } from './source-file';
import { ENTRIES, MOST_NAMES, namesOf, surfaceOf } from './surface';

const ROOT = join(__dirname, '../..');
const files = listFiles(join(ROOT, 'src'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readSource(ROOT, file));
const byPath = new Map(files.map((file) => [file.path, file]));

/** Whether a statement is gone when the program runs. */
const isErased = (statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  const names = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : statement.exportClause;
  const isOnlyTypes =
    names !== undefined &&
    (ts.isNamedImports(names) || ts.isNamedExports(names)) &&
    names.elements.every(({ isTypeOnly }) => isTypeOnly);
  return (
    (ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly) || isOnlyTypes
  );
};

/** What a file loads as soon as it is loaded itself; not what it loads later, with `import()`. */
function loadedBy({ imports, syntax }: SourceFile): SourceFile['imports'] {
  const specifiers = syntax.statements.flatMap((statement) =>
    (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
    statement.moduleSpecifier &&
    ts.isStringLiteral(statement.moduleSpecifier) &&
    !isErased(statement)
      ? [statement.moduleSpecifier.text]
      : [],
  );
  return imports.filter(({ specifier }) => specifiers.includes(specifier));
}

/** Everything that is loaded with some files: the project's own files, and packages by their names. */
function closure(roots: readonly string[]): { loaded: string[]; packages: string[] } {
  const loaded = new Set(roots);
  const packages = new Set<string>();
  for (const path of loaded) {
    for (const { target, package: name } of loadedBy(byPath.get(path)!)) {
      if (target && byPath.has(target)) loaded.add(target);
      if (name) packages.add(name);
    }
  }
  return { loaded: [...loaded], packages: [...packages] };
}

describe('what the platform offers to modules', () => {
  it(`is ${MOST_NAMES} names, each once`, () => {
    const names = surfaceOf(files);
    expect(names.length).toBe(MOST_NAMES);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is introduced in docs/module.md, name by name', () => {
    const page = readFileSync(join(ROOT, 'docs/module.md'), 'utf8');
    expect(surfaceOf(files).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('is used, each name of it, by a module or the example', () => {
    const used = [...listFiles(join(ROOT, 'src/modules')), ...listFiles(join(ROOT, 'test/example'))]
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(surfaceOf(files).filter((name) => !new RegExp(`\\b${name}\\b`).test(used))).toEqual([
      'AnswerWhenUnreachable',
    ]);
  });

  it('loads neither NestJS modules nor a database with contracts and domain models', () => {
    const { packages } = closure(['src/platform/contracts.ts', 'src/platform/domain.ts']);
    expect(packages.sort()).toEqual([
      '@nestjs/cqrs',
      'class-transformer',
      'class-validator',
      'reflect-metadata',
    ]);
    expect(closure(['src/platform/domain.ts']).packages).toEqual(['class-validator']);
  });
});

describe('the application', () => {
  it('loads no command line, no mover and no embedded server; a process loads that server when no database is named', () => {
    const { loaded } = closure([
      'src/main.ts',
      'src/app.module.ts',
      'src/platform/start/start-application.ts',
    ]);
    expect(loaded).toContain('src/platform/provisioning/prepare-database.ts');
    expect(loaded).toContain('src/platform/subscriptions/subscriptions.ts');
    expect(
      loaded.filter((path) =>
        /^src\/platform\/(cli|extraction)\/|\/provisioning\/embedded-server\.ts$/.test(path),
      ),
    ).toEqual([]);
  });

  it('is the only user of an entry of its own', () => {
    const application = ENTRIES.filter((path) => path.endsWith('/application.ts')).map((path) =>
      byPath.get(path)!,
    );
    expect(application.flatMap(namesOf).sort()).toEqual([
      'ApiInfo',
      'ApplicationFolder',
      'SynchronousCalls',
      'boundedContextsOf',
      'brokerAccessOf',
      'topologyOf',
    ]);
  });

  it('does not load what invariants are written with, which loads no command line either', () => {
    const { loaded } = closure([
      'src/main.ts',
      'src/app.module.ts',
      'src/platform/start/start-application.ts',
    ]);
    expect(loaded).not.toContain('src/platform/invariants.ts');
    const { loaded: withInvariants, packages } = closure(['src/platform/invariants.ts']);
    expect(withInvariants.filter((path) => !path.startsWith('src/platform/cli/check-invariants/'))).toEqual([
      'src/platform/invariants.ts',
    ]);
    expect(packages).toEqual(['pg']);
  });
});
