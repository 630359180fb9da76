import ts from 'typescript';
import {
  inContracts,
  isSpec,
  lineOf,
  moduleOf,
  type SourceFile,
  type Violation,
  violation,
} from './source-file.ts';

/** A module that executes a query or a command of another one and waits for the answer. */
interface Call {
  module: string;
  /** The file of the contract and the name of its class. */
  contract: { path: string; name: string };
  file: SourceFile;
  line: number;
}

/** Where the calls are signed off: `@SynchronousCalls({ <caller>: [<contract>] })` on the root module. */
const LIST = 'src/app.module.ts';
/** Sagas send commands durably and wait for no answer. */
const PLATFORM = 'src/platform/index.ts';
const RULE = 'synchronous-calls-are-signed-off';

/** Calls between modules that are not signed off, and calls that were signed off and are made no more. */
export function unsignedCalls(files: readonly SourceFile[]): Violation[] {
  const list = files.find(({ path }) => path === LIST);
  const made = files.flatMap((file) => callsIn(file, files));
  const signed = list ? signedCalls(list) : [];
  const missing = firstOfEach(made).filter((call) => !signed.some((other) => isSame(call, other)));
  const stale = signed.filter((call) => !made.some((other) => isSame(call, other)));
  return [
    ...missing.flatMap(({ module, contract, file, line }) =>
      violation(
        file,
        line,
        RULE,
        `The module "${module}" waits for "${moduleOf(contract.path)}" to answer ${contract.name}, and nobody has signed that off.`,
        `subscribe to its events and keep a copy, or send a durable command; if it is rare or must be fresh, add it to @SynchronousCalls in ${LIST}: ${module}: [${contract.name}]. A type alone is imported with "import type".`,
      ),
    ),
    ...stale.flatMap(({ module, contract, file, line }) =>
      violation(
        file,
        line,
        RULE,
        `The module "${module}" no longer calls ${contract.name}.`,
        'take it out of @SynchronousCalls.',
      ),
    ),
  ];
}

/** What a file imports, other than as a type, of the queries and commands of other modules. */
function callsIn(file: SourceFile, files: readonly SourceFile[]): Call[] {
  const module = moduleOf(file.path);
  if (!module || isSpec(file.path)) return [];
  const isSaga = importedNames(file).some(({ path, name }) => path === PLATFORM && name === 'defineSaga');
  return importedNames(file).flatMap(({ path, name, line }) => {
    if (!inContracts(path) || moduleOf(path) === module) return [];
    const kind = contractKind(files, path, name);
    const waits = kind === 'QueryContract' || (kind === 'CommandContract' && !isSaga);
    return waits ? [{ module, contract: { path, name }, file, line }] : [];
  });
}

function signedCalls(list: SourceFile): Call[] {
  const imported = importedNames(list);
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && isListed(node, list)) {
      const names = ts.isArrayLiteralExpression(node.initializer) ? node.initializer.elements : [];
      for (const element of names) {
        const contract = imported.find(({ local }) => local === element.getText(list.syntax));
        const module = node.name.getText(list.syntax).replace(/^['"]|['"]$/g, '');
        if (contract) calls.push({ module, contract, file: list, line: lineOf(list.syntax, element) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(list.syntax);
  return calls;
}

const isListed = (node: ts.PropertyAssignment, { syntax }: SourceFile): boolean =>
  ts.isCallExpression(node.parent.parent) &&
  node.parent.parent.expression.getText(syntax) === 'SynchronousCalls';

/** The names that a file imports as values of the project's own files. */
function importedNames({
  imports,
  syntax,
}: SourceFile): { path: string; name: string; local: string; line: number }[] {
  return syntax.statements.flatMap((statement) => {
    if (
      !ts.isImportDeclaration(statement) ||
      statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    )
      return [];
    const named = statement.importClause?.namedBindings;
    const line = lineOf(syntax, statement.moduleSpecifier);
    const path = imports.find((found) => found.line === line)?.target;
    if (!path || !named || !ts.isNamedImports(named)) return [];
    return named.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => ({ path, name: (propertyName ?? name).text, local: name.text, line }));
  });
}

/** The decorator that makes a class of a file a contract. */
function contractKind(files: readonly SourceFile[], path: string, name: string): string | undefined {
  const file = files.find((candidate) => candidate.path === path);
  const declared = file?.syntax.statements.find(
    (statement) => ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
  if (!file || !declared || !ts.isClassDeclaration(declared)) return undefined;
  return ts
    .getDecorators(declared)
    ?.map(({ expression }) =>
      ts.isCallExpression(expression) ? expression.expression.getText(file.syntax) : '',
    )
    .find((decorator) => decorator.endsWith('Contract'));
}

const isSame = (one: Call, other: Call): boolean =>
  one.module === other.module &&
  one.contract.path === other.contract.path &&
  one.contract.name === other.contract.name;

const firstOfEach = (calls: readonly Call[]): Call[] =>
  calls.filter((call, index) => calls.findIndex((other) => isSame(call, other)) === index);
