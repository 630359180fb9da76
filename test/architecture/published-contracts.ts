import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { shapeOf } from './contract-shape.ts';
import { inContracts, isSpec, lineOf, type SourceFile, type Violation, violation } from './source-file.ts';

/** What modules may rely on of one another: `<name> v<version>`, and what that version looks like. */
type Published = Record<string, string[]>;

/** A contract as the code declares it now. */
interface Declared {
  kind: string;
  name: string;
  /** Undefined where the decorator does not say it. */
  version: number | undefined;
  className: string;
  /** What it looks like, its kind first. */
  shape: string[];
  file: SourceFile;
  line: number;
}

const LIST = 'src/contracts.json';
const RULE = 'contracts-are-published';
const PUBLISH = 'npm run boundaries -- --publish';

/**
 * What is wrong with the contracts between modules: those that say no version, those that are not published,
 * and published ones that have another shape now or are gone. Modules that are deployed apart meet
 * each other's older and newer messages, so a published version stays as it is.
 */
export function unpublishedContracts(root: string, files: readonly SourceFile[]): Violation[] {
  const published = readPublished(root);
  const contracts = files.flatMap((file) => contractsIn(file, files));
  return [...contracts.flatMap((contract) => problemOf(contract, published)), ...gone(contracts, published)];
}

/**
 * Adds the contracts that are not in the list yet, and gives their names. What is in it is never changed:
 * that is what it is for.
 */
export function publish(root: string, files: readonly SourceFile[]): string[] {
  const published = readPublished(root);
  const added = files
    .flatMap((file) => contractsIn(file, files))
    .filter((contract) => contract.version !== undefined && !published[keyOf(contract)]);
  const all = [
    ...Object.entries(published),
    ...added.map((contract) => [keyOf(contract), contract.shape] as const),
  ];
  const sorted = all.sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
  if (added.length > 0)
    writeFileSync(join(root, LIST), `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
  return added.map(keyOf);
}

function problemOf(contract: Declared, published: Published): Violation[] {
  const { kind, name, className, shape, file, line } = contract;
  if (contract.version === undefined) {
    return violation(
      file,
      line,
      RULE,
      `${className} is a contract between modules and says no version.`,
      `write @${kind}('${name}', { version: 1 }), and publish it with: ${PUBLISH}`,
    );
  }
  const key = keyOf(contract);
  const before = published[key];
  if (!before) {
    return violation(
      file,
      line,
      RULE,
      `${key} is not published.`,
      `run ${PUBLISH}, which adds it to ${LIST}, and have that reviewed: from its first deployment on, others rely on what stands there.`,
    );
  }
  const differences = [
    ...before.filter((thing) => !shape.includes(thing)).map((thing) => `- ${thing}`),
    ...shape.filter((thing) => !before.includes(thing)).map((thing) => `+ ${thing}`),
  ];
  if (differences.length === 0) return [];
  return violation(
    file,
    line,
    RULE,
    `${key} is published and looks different now:\n${differences.map((difference) => `      ${difference}`).join('\n')}`,
    `take the change back, or give it version ${contract.version + 1} and run ${PUBLISH}: an upcaster beside it makes it of what the old one wrote, ` +
      `and its readers are deployed before its writers (docs/module.md, "Changing a contract"). If nobody has deployed v${contract.version} yet, take it out of ${LIST} first.`,
  );
}

/** Published ones of which the code knows no such version nor a later one. */
function gone(contracts: readonly Declared[], published: Published): Violation[] {
  return Object.keys(published).flatMap((key) => {
    const [, name, version] = /^(.+) v(\d+)$/.exec(key) ?? [];
    if (
      name &&
      contracts.some((contract) => contract.name === name && (contract.version ?? 1) >= Number(version))
    )
      return [];
    return {
      file: LIST,
      line: 1,
      rule: RULE,
      problem: `${key} is published, and the code does not know it.`,
      wayOut: `bring it back under src/modules/*/contracts/; or, if no log holds it and nobody sends it any more, take it out of ${LIST}.`,
    };
  });
}

function contractsIn(file: SourceFile, files: readonly SourceFile[]): Declared[] {
  if (!inContracts(file.path) || isSpec(file.path)) return [];
  return file.syntax.statements.filter(ts.isClassDeclaration).flatMap((declaration) => {
    const decorator = (ts.getDecorators(declaration) ?? [])
      .map(({ expression }) => expression)
      .filter(ts.isCallExpression)
      .find(({ expression }) => /^(Event|Command|Query)Contract$/.test(expression.getText(file.syntax)));
    const [name, options] = decorator?.arguments ?? [];
    if (!decorator || !name || !ts.isStringLiteralLike(name)) return [];
    const kind = decorator.expression.getText(file.syntax);
    return {
      kind,
      name: name.text,
      version: versionIn(options, file),
      className: declaration.name?.text ?? name.text,
      shape: [kind.replace('Contract', '').toLowerCase(), ...shapeOf(declaration, file, files)],
      file,
      line: lineOf(file.syntax, decorator),
    };
  });
}

function versionIn(options: ts.Expression | undefined, { syntax }: SourceFile): number | undefined {
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const version = options.properties
    .filter(ts.isPropertyAssignment)
    .find(({ name }) => name.getText(syntax) === 'version');
  return version && ts.isNumericLiteral(version.initializer) ? Number(version.initializer.text) : undefined;
}

const keyOf = ({ name, version }: Pick<Declared, 'name' | 'version'>): string => `${name} v${version}`;

const readPublished = (root: string): Published =>
  existsSync(join(root, LIST)) ? (JSON.parse(readFileSync(join(root, LIST), 'utf8')) as Published) : {};
