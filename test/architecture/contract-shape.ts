import ts from 'typescript';
import type { SourceFile } from './source-file.ts';

/** A declaration at the top of a file, where a contract mentions it. */
interface Mentioned {
  declaration: ts.Declaration;
  name: string;
  file: SourceFile;
}

/** What the platform gives to messages is no part of any one of them; the rules of fields are. */
const isGiven = (path: string): boolean =>
  path.startsWith('src/platform/messages/') && !path.startsWith('src/platform/messages/validation/');

/**
 * What a contract looks like to the modules that send, read or answer it, one line for each thing: its fields
 * with their types and rules, what it is answered with, and all that these mention of the project's own
 * files. Comments, methods and the wording of errors are left out.
 */
export function shapeOf(
  contract: ts.ClassDeclaration,
  file: SourceFile,
  files: readonly SourceFile[],
): string[] {
  const lines = [...fieldsOf(contract, file).sort(), ...answerOf(contract, file)];
  const known = new Set<ts.Node>([contract]);
  const waiting = mentionedIn(contract, file, files);
  const others: string[] = [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (known.has(next.declaration)) continue;
    known.add(next.declaration);
    others.push(...linesOf(next));
    waiting.push(...mentionedIn(next.declaration, next.file, files));
  }
  return [...lines, ...others.sort()];
}

function linesOf({ declaration, name, file }: Mentioned): string[] {
  if (ts.isClassDeclaration(declaration))
    return fieldsOf(declaration, file).map((field) => `${name}.${field}`);
  if (ts.isInterfaceDeclaration(declaration)) {
    return declaration.members.map((member) => `${name}.${textOf(member, file).replace(/;$/, '')}`);
  }
  return [textOf(declaration, file).replace(/^export |;$/g, '')];
}

/** The fields that a class's instances carry: `quantity: number @IsInt() @Min(1)`. */
function fieldsOf(declaration: ts.ClassDeclaration, file: SourceFile): string[] {
  return declaration.members.filter(isField).map((field) => {
    const rules = (ts.getDecorators(field) ?? []).map((decorator) => textOf(decorator, file)).sort();
    const type = field.type ? textOf(field.type, file) : 'unknown';
    return [`${field.name.getText(file.syntax)}${field.questionToken ? '?' : ''}: ${type}`, ...rules].join(
      ' ',
    );
  });
}

/** A command or query says in `extends QueryMessage<Itself, Answer>` what it is answered with. */
function answerOf(declaration: ts.ClassDeclaration, file: SourceFile): string[] {
  const answer = parentOf(declaration)?.typeArguments?.[1];
  return answer ? [`answer: ${textOf(answer, file)}`] : [];
}

function mentionedIn(node: ts.Node, file: SourceFile, files: readonly SourceFile[]): Mentioned[] {
  const found: Mentioned[] = [];
  const visit = (part: ts.Node): void => {
    if (ts.isIdentifier(part)) found.push(...declared(part.text, file, files));
    ts.forEachChild(part, visit);
  };
  if (!ts.isClassDeclaration(node)) visit(node);
  else for (const part of [...node.members.filter(isField), parentOf(node)]) if (part) visit(part);
  return found;
}

/** Where a name of a file is declared, if that is at the top of one of the project's own files. */
function declared(name: string, file: SourceFile, files: readonly SourceFile[]): Mentioned[] {
  const here = file.syntax.statements
    .flatMap(declarationsOf)
    .find((declaration) => declaration.name?.getText(file.syntax) === name);
  if (here) return [{ declaration: here, name, file }];
  const imported = importOf(name, file) ?? passedOn(name, file);
  const from = imported && !isGiven(imported.target) && files.find(({ path }) => path === imported.target);
  return imported && from ? declared(imported.name, from, files) : [];
}

function declarationsOf(statement: ts.Statement): (ts.Declaration & { name?: ts.Node })[] {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations];
  const isNamed =
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isFunctionDeclaration(statement);
  return isNamed ? [statement] : [];
}

function importOf(
  local: string,
  { imports, syntax }: SourceFile,
): { target: string; name: string } | undefined {
  for (const statement of syntax.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    const specifier = statement.moduleSpecifier.text;
    const element = named.elements.find(({ name }) => name.text === local);
    const target = imports.find((found) => found.specifier === specifier)?.target;
    if (element && target) return { target, name: (element.propertyName ?? element.name).text };
  }
  return undefined;
}

/** What an entry of the platform exports, from where it stands. */
function passedOn(
  exported: string,
  { imports, syntax }: SourceFile,
): { target: string; name: string } | undefined {
  for (const statement of syntax.statements) {
    if (
      !ts.isExportDeclaration(statement) ||
      !statement.moduleSpecifier ||
      !ts.isStringLiteral(statement.moduleSpecifier)
    )
      continue;
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue;
    const specifier = statement.moduleSpecifier.text;
    const element = statement.exportClause.elements.find(({ name }) => name.text === exported);
    const target = imports.find((found) => found.specifier === specifier)?.target;
    if (element && target) return { target, name: (element.propertyName ?? element.name).text };
  }
  return undefined;
}

const isField = (member: ts.ClassElement): member is ts.PropertyDeclaration =>
  ts.isPropertyDeclaration(member) &&
  !member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);

const parentOf = ({ heritageClauses }: ts.ClassDeclaration): ts.ExpressionWithTypeArguments | undefined =>
  heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];

const printer = ts.createPrinter({ removeComments: true });

const textOf = (node: ts.Node, { syntax }: SourceFile): string =>
  printer
    .printNode(ts.EmitHint.Unspecified, ts.transform(node, [withoutWording]).transformed[0], syntax)
    .replace(/\s+/g, ' ')
    .trim();

/** Leaves out `message: '...'` among the options of a rule. */
const withoutWording: ts.TransformerFactory<ts.Node> = (context) => {
  const isWording = (property: ts.ObjectLiteralElementLike): boolean =>
    property.name !== undefined && isMessage(property.name);
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isCallExpression(visited)) return visited;
    const options = visited.arguments.flatMap((option) => {
      if (!ts.isObjectLiteralExpression(option) || !option.properties.some(isWording)) return [option];
      const kept = option.properties.filter((property) => !isWording(property));
      return kept.length > 0 ? [ts.factory.updateObjectLiteralExpression(option, kept)] : [];
    });
    return ts.factory.updateCallExpression(visited, visited.expression, visited.typeArguments, options);
  };
  return visit;
};

const isMessage = (name: ts.PropertyName): boolean => ts.isIdentifier(name) && name.text === 'message';
