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

const DECORATORS = ['EventContract', 'CommandContract', 'QueryContract'];

const WAY_OUT: Record<string, string> = {
  QueryContract:
    "if only the module's own API asks it, read with a class that the controller injects, such as list-items.reader.ts; if another module asks it, move it to contracts/.",
};

/**
 * The messages that a module declares outside its contracts/: the bus takes them, and nothing keeps their
 * versions.
 */
export function contractsElsewhere(file: SourceFile): Violation[] {
  if (moduleOf(file.path) === undefined || inContracts(file.path) || isSpec(file.path)) return [];
  const found: Violation[] = [];
  const visit = (node: ts.Node): void => {
    const name =
      ts.isDecorator(node) && ts.isCallExpression(node.expression)
        ? node.expression.expression.getText(file.syntax)
        : '';
    if (DECORATORS.includes(name)) {
      found.push(
        ...violation(
          file,
          lineOf(file.syntax, node),
          'contracts-stand-in-contracts',
          `@${name} stands outside contracts/.`,
          WAY_OUT[name] ?? 'move it to contracts/.',
        ),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file.syntax);
  return found;
}
