import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** One broken rule: where, which, and what to do instead. */
export interface Violation {
  file: string;
  line: number;
  rule: string;
  problem: string;
  wayOut: string;
}

export interface Import {
  /** As written. */
  specifier: string;
  /** The file it means, relative to the root, for imports of the project's own files. */
  target?: string;
  /** The package it means, for all others. */
  package?: string;
  line: number;
}

export interface SourceFile {
  path: string;
  imports: Import[];
  syntax: ts.SourceFile;
}

export function readSource(root: string, file: string): SourceFile {
  const path = relative(root, file).split(sep).join('/');
  const syntax = ts.createSourceFile(path, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const found = { specifier: node.text, line: lineOf(syntax, node) };
    imports.push(
      node.text.startsWith('.')
        ? { ...found, target: resolve(root, path, node.text) }
        : { ...found, package: packageOf(node.text) },
    );
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(syntax) === 'require')
    ) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return { path, imports, syntax };
}

function resolve(root: string, from: string, specifier: string): string {
  const base = posix.join(posix.dirname(from), specifier);
  const candidates = [`${base}.ts`, base.replace(/\.js$/, '.ts'), `${base}/index.ts`];
  return (
    candidates.find((candidate) => candidate.endsWith('.ts') && existsSync(join(root, candidate))) ?? base
  );
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export const moduleOf = (path: string): string | undefined => /^src\/modules\/([^/]+)\//.exec(path)?.[1];
export const inContracts = (path: string): boolean => /^src\/modules\/[^/]+\/contracts\//.test(path);
export const isSpec = (path: string): boolean => /\.spec\.ts$/.test(path);
export const lineOf = (syntax: ts.SourceFile, node: ts.Node): number =>
  syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1;

export const violation = (
  file: SourceFile,
  line: number,
  rule: string,
  problem: string,
  wayOut: string,
): Violation[] => [{ file: file.path, line, rule, problem, wayOut }];

export function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
