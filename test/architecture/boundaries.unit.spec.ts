import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkBoundaries, describeViolation, modulesOf } from './boundaries';
import { publish } from './published-contracts';
import { listFiles, readSource } from './source-file';
import { MOST_NAMES } from './surface';

const ROOT = join(__dirname, '../..');

/** Two complete modules that talk through contracts only. */
const CLEAN: Record<string, string> = {
  'src/app.module.ts':
    "import { AModule } from './modules/a/a.module';\nimport { BModule } from './modules/b/b.module';\nexport const modules = [AModule, BModule];",
  'src/platform/index.ts': "export { BoundedContext } from './hosting/bounded-context';",
  'src/platform/application.ts': "export { SynchronousCalls } from './topology/synchronous-calls';",
  'src/platform/topology/synchronous-calls.ts': 'export const SynchronousCalls = 1;',
  'src/platform/contracts.ts': "export { EventMessage, QueryMessage } from './messages/message';",
  'src/platform/domain.ts': "export { Money } from './domain/money';",
  'src/platform/hosting/bounded-context.ts':
    'export const BoundedContext = (o: { name: string }): ClassDecorator => () => void o;',
  'src/platform/messages/message.ts':
    'export class EventMessage {}\\nexport class QueryMessage<Q, A> { q?: Q; a?: A; }',
  'src/platform/domain/money.ts': 'export class Money {}',
  'src/modules/a/README.md': '# a',
  'src/modules/a/a.module.ts':
    "import { BoundedContext } from '../../platform/index';\n@BoundedContext({ name: 'a' })\nexport class AModule {}",
  'src/modules/a/contracts/happened.event.ts':
    "import { IsInt } from 'class-validator';\nimport { EventMessage } from '../../../platform/contracts';\nimport { Money } from '../../../platform/domain';\nexport class Happened extends EventMessage { price!: Money; a = IsInt; }",
  'src/modules/a/domain/thing.ts':
    "import { Happened } from '../contracts/happened.event';\nexport class Thing { happened = Happened; }",
  'src/modules/b/README.md': '# b',
  'src/modules/b/b.module.ts':
    "import { BoundedContext } from '../../platform/index';\n@BoundedContext({ name: 'b' })\nexport class BModule {}",
  'src/modules/b/reactions/react.ts':
    "import { Happened } from '../../a/contracts/happened.event';\nexport const React = Happened;",
};

const contract = (kind: string, name: string): string =>
  `import { EventMessage } from '../../../platform/contracts';\nconst ${kind} = (name: string): ClassDecorator => () => void name;\n@${kind}('a.${name.toLowerCase()}', { version: 1 })\nexport class ${name} extends EventMessage {}\nexport interface Answer { a: 1 }`;
const published = (...shapes: [string, ...string[]][]) => ({
  'src/contracts.json': JSON.stringify(Object.fromEntries(shapes.map(([name, ...shape]) => [name, shape]))),
});
const QUERY = {
  'src/modules/a/contracts/find.query.ts': contract('QueryContract', 'Find'),
  ...published(['a.find v1', 'query']),
};
const COMMAND = {
  'src/modules/a/contracts/do.command.ts': contract('CommandContract', 'Do'),
  ...published(['a.do v1', 'command']),
};
/**
 * A query as modules write them, with rules of its own and parts from other files, and what it looks like.
 */
const LOOK = {
  'src/modules/a/contracts/code.ts':
    "import { Matches } from 'class-validator';\nexport const CODE = /^[A-Z]+$/;\n/** Wants a code. */\nexport const IsCode = (): PropertyDecorator => Matches(CODE, { message: 'a code, please' });",
  'src/modules/a/contracts/look.query.ts':
    "import { IsInt, Min } from 'class-validator';\nimport { QueryMessage } from '../../../platform/contracts';\nimport { Money } from '../../../platform/domain';\nimport { IsCode } from './code';\nconst QueryContract = (name: string, options: object): ClassDecorator => () => void [name, options];\nexport interface Found {\n  /** What it costs. */\n  price: Money;\n}\n@QueryContract('a.look', { version: 1 })\nexport class Look extends QueryMessage<Look, Found[]> {\n  @Min(1)\n  @IsInt({ message: 'a number, please' })\n  readonly many?: number;\n  @IsCode()\n  readonly code!: string;\n  static of(): Look { return new Look(); }\n}",
  ...published([
    ...([
      'a.look v1',
      'query',
      'code: string @IsCode()',
      'many?: number @IsInt() @Min(1)',
      'answer: Found[]',
    ] as const),
    ...([
      'CODE = /^[A-Z]+$/',
      'Found.price: Money',
      'IsCode = (): PropertyDecorator => Matches(CODE)',
    ] as const),
  ]),
};
const changed = (file: keyof typeof LOOK, from: string, to: string) => ({
  ...LOOK,
  [file]: LOOK[file].replace(from, to),
});
const signedOff = (caller: string): string =>
  `${CLEAN['src/app.module.ts']}\nimport { Find } from './modules/a/contracts/find.query';\nimport { SynchronousCalls } from './platform/application';\n@SynchronousCalls({ ${caller}: [Find] })\nexport class AppModule {}`;

/**
 * Mistakes: the rule that each breaks, the file that is blamed, and the files that make it. `null` removes
 * one.
 */
const PLANTED: { what: string; rule: string; file: string; files: Record<string, string | null> }[] = [
  {
    what: 'a module asks itself over the query bus',
    rule: 'contracts-stand-in-contracts',
    file: 'src/modules/a/find/find.query.ts',
    files: { 'src/modules/a/find/find.query.ts': contract('QueryContract', 'Find') },
  },
  {
    what: 'a module declares an event beside its contracts',
    rule: 'contracts-stand-in-contracts',
    file: 'src/modules/a/went/went.event.ts',
    files: { 'src/modules/a/went/went.event.ts': contract('EventContract', 'Went') },
  },
  {
    what: 'a module imports the inside of another module',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: { 'src/modules/b/peek.ts': "import { Thing } from '../a/domain/thing';\nexport const x = Thing;" },
  },
  {
    what: 'a module imports only a type of the inside of another module',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts': "import type { Thing } from '../a/domain/thing';\nexport type X = Thing;",
    },
  },
  {
    what: 'a module names an inside type through import()',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: { 'src/modules/b/peek.ts': "export type X = import('../a/domain/thing').Thing;" },
  },
  {
    what: 'a module loads the inside of another module at run time',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: { 'src/modules/b/peek.ts': "export const x = () => import('../a/domain/thing');" },
  },
  {
    what: 'a module re-exports the inside of another module',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: { 'src/modules/b/peek.ts': "export * from '../a/domain/thing';" },
  },
  {
    what: "a module's test imports the inside of another module",
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.unit.spec.ts',
    files: {
      'src/modules/b/peek.unit.spec.ts':
        "import { Thing } from '../a/domain/thing';\nexport const x = Thing;",
    },
  },
  {
    what: 'a module imports the list of modules',
    rule: 'modules-import-only-contracts',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts': "import { modules } from '../../app.module';\nexport const x = modules;",
    },
  },
  {
    what: "a contract imports its own module's domain",
    rule: 'contracts-are-leaves',
    file: 'src/modules/a/contracts/leaky.event.ts',
    files: {
      'src/modules/a/contracts/leaky.event.ts':
        "import { Other } from '../domain/other';\nexport const x = Other;",
      'src/modules/a/domain/other.ts': 'export class Other {}',
    },
  },
  {
    what: "a contract imports another module's contract",
    rule: 'contracts-are-leaves',
    file: 'src/modules/b/contracts/leaky.event.ts',
    files: {
      'src/modules/b/contracts/leaky.event.ts':
        "import { Happened } from '../../a/contracts/happened.event';\nexport const x = Happened;",
    },
  },
  {
    what: 'a contract imports a framework',
    rule: 'contracts-are-leaves',
    file: 'src/modules/b/contracts/leaky.event.ts',
    files: {
      'src/modules/b/contracts/leaky.event.ts':
        "import { Injectable } from '@nestjs/common';\nexport const x = Injectable;",
    },
  },
  {
    what: 'the platform imports a module',
    rule: 'platform-knows-no-module',
    file: 'src/platform/http/shortcut.ts',
    files: {
      'src/platform/http/shortcut.ts':
        "import { Happened } from '../../modules/a/contracts/happened.event';\nexport const x = Happened;",
    },
  },
  {
    what: 'a layer of the platform imports one above it',
    rule: 'imports-go-down',
    file: 'src/platform/log/upward.ts',
    files: {
      'src/platform/log/upward.ts': "import { Saga } from '../sagas/saga';\nexport const x = Saga;",
      'src/platform/sagas/saga.ts': 'export class Saga {}',
    },
  },
  {
    what: 'a layer of the platform imports only a type of one above it',
    rule: 'imports-go-down',
    file: 'src/platform/kernel/upward.ts',
    files: {
      'src/platform/kernel/upward.ts':
        "import type { Money } from '../domain/money';\nexport type X = Money;",
    },
  },
  {
    what: 'a layer of the platform imports one of its own level',
    rule: 'imports-go-down',
    file: 'src/platform/jobs/sideways.ts',
    files: {
      'src/platform/jobs/sideways.ts': "import { Saga } from '../sagas/saga';\nexport const x = Saga;",
      'src/platform/sagas/saga.ts': 'export class Saga {}',
    },
  },
  {
    what: 'a file of the platform stands in a folder that is no layer',
    rule: 'platform-file-has-a-layer',
    file: 'src/platform/helpers/anything.ts',
    files: { 'src/platform/helpers/anything.ts': 'export const x = 1;' },
  },
  {
    what: 'a file of the platform stands beside the layers',
    rule: 'platform-file-has-a-layer',
    file: 'src/platform/anything.ts',
    files: { 'src/platform/anything.ts': 'export const x = 1;' },
  },
  {
    what: 'two folders of a layer import one another, though no two files do',
    rule: 'no-folder-circles',
    file: 'src/platform/http/forwarding/three.ts',
    files: {
      'src/platform/http/one.ts': "import { two } from './forwarding/two';\nexport const one = two;",
      'src/platform/http/forwarding/two.ts': 'export const two = 2;',
      'src/platform/http/forwarding/three.ts': "import { four } from '../four';\nexport const three = four;",
      'src/platform/http/four.ts': 'export const four = 4;',
    },
  },
  {
    what: 'a module imports a file of the platform behind its entries',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts':
        "import { Money } from '../../platform/domain/money';\nexport const x = Money;",
    },
  },
  {
    what: 'a module imports only a type behind the entries of the platform',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts':
        "import type { Money } from '../../platform/domain/money';\nexport type X = Money;",
    },
  },
  {
    what: 'a module uses what only the root module and programs may',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts':
        "import { topologyOf } from '../../platform/application';\nexport const x = topologyOf;",
      'src/platform/application.ts': "export { topologyOf } from './topology/topology';",
      'src/platform/topology/topology.ts': 'export const topologyOf = 1;',
    },
  },
  {
    what: 'a program imports a file of the platform behind its entries',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/program.ts',
    files: { 'src/program.ts': "import { Money } from './platform/domain/money';\nexport const x = Money;" },
  },
  {
    what: 'an invariant imports a file of the platform behind its entries',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/invariants/money-adds-up.ts',
    files: {
      'src/invariants/money-adds-up.ts':
        "import { Money } from '../platform/domain/money';\nexport const x = Money;",
    },
  },
  {
    what: 'a module uses what only invariants may',
    rule: 'platform-is-used-by-its-entries',
    file: 'src/modules/b/peek.ts',
    files: {
      'src/modules/b/peek.ts':
        "import { logHasNoGaps } from '../../platform/invariants';\nexport const x = logHasNoGaps;",
      'src/platform/invariants.ts': "export { logHasNoGaps } from './cli/check-invariants/log-has-no-gaps';",
      'src/platform/cli/check-invariants/log-has-no-gaps.ts': 'export const logHasNoGaps = 1;',
    },
  },
  {
    what: 'an entry of the platform holds code',
    rule: 'entries-export-names',
    file: 'src/platform/http.ts',
    files: { 'src/platform/http.ts': 'export const x = 1;' },
  },
  {
    what: 'an entry of the platform exports whatever a file has',
    rule: 'entries-export-names',
    file: 'src/platform/http.ts',
    files: {
      'src/platform/http.ts': "export * from './http/paging';",
      'src/platform/http/paging.ts': 'export const x = 1;',
    },
  },
  {
    what: 'a layer of the platform imports an entry',
    rule: 'imports-go-down',
    file: 'src/platform/log/upward.ts',
    files: { 'src/platform/log/upward.ts': "import { Money } from '../domain';\nexport const x = Money;" },
  },
  {
    what: 'modules may use too many names',
    rule: 'surface-is-small',
    file: 'src/platform/contracts.ts',
    files: {
      'src/platform/http.ts': `export { ${Array.from({ length: MOST_NAMES }, (_, index) => `name${index}`).join(', ')} } from './http/names';`,
      'src/platform/http/names.ts': Array.from(
        { length: MOST_NAMES },
        (_, index) => `export const name${index} = 1;`,
      ).join('\n'),
    },
  },
  {
    what: 'a domain file imports a framework',
    rule: 'domain-is-plain',
    file: 'src/modules/a/domain/heavy.ts',
    files: {
      'src/modules/a/domain/heavy.ts':
        "import { Injectable } from '@nestjs/common';\nexport const x = Injectable;",
    },
  },
  {
    what: 'a domain file imports persistence',
    rule: 'domain-is-plain',
    file: 'src/modules/a/domain/heavy.ts',
    files: {
      'src/modules/a/domain/heavy.ts': "import { rows } from '../persistence/rows';\nexport const x = rows;",
      'src/modules/a/persistence/rows.ts': 'export const rows = 1;',
    },
  },
  {
    what: 'the program imports a test helper',
    rule: 'src-imports-only-src',
    file: 'src/modules/a/helped.ts',
    files: {
      'src/modules/a/helped.ts': "import { help } from '../../../test/support/help';\nexport const x = help;",
      'test/support/help.ts': 'export const help = 1;',
    },
  },
  {
    what: 'files import one another in a circle',
    rule: 'no-cycles',
    file: 'src/modules/a/two.ts',
    files: {
      'src/modules/a/one.ts': "import { two } from './two';\nexport const one = () => two;",
      'src/modules/a/two.ts': "import { one } from './one';\nexport const two = () => one;",
    },
  },
  {
    what: 'a cycle is hidden behind forwardRef',
    rule: 'no-forward-ref',
    file: 'src/modules/a/circular.ts',
    files: {
      'src/modules/a/circular.ts':
        "import { forwardRef } from '@nestjs/common';\nexport const x = forwardRef(() => Object);",
    },
  },
  {
    what: 'a module has a root barrel',
    rule: 'no-barrel',
    file: 'src/modules/a/index.ts',
    files: { 'src/modules/a/index.ts': "export * from './contracts/happened.event';" },
  },
  {
    what: 'a module asks another one, and nobody has signed that off',
    rule: 'synchronous-calls-are-signed-off',
    file: 'src/modules/b/ask.ts',
    files: {
      ...QUERY,
      'src/modules/b/ask.ts':
        "import { Find } from '../a/contracts/find.query';\nexport const x = () => new Find();",
    },
  },
  {
    what: 'a module has another one do something and waits for it',
    rule: 'synchronous-calls-are-signed-off',
    file: 'src/modules/b/tell.ts',
    files: {
      ...COMMAND,
      'src/modules/b/tell.ts':
        "import { Do as Please } from '../a/contracts/do.command';\nexport const x = Please;",
    },
  },
  {
    what: 'a call is signed off for another module than the one that makes it',
    rule: 'synchronous-calls-are-signed-off',
    file: 'src/app.module.ts',
    files: { ...QUERY, 'src/app.module.ts': signedOff('b') },
  },
  {
    what: 'a contract says no version',
    rule: 'contracts-are-published',
    file: 'src/modules/a/contracts/look.query.ts',
    files: { ...changed('src/modules/a/contracts/look.query.ts', ', { version: 1 }', ''), ...published() },
  },
  {
    what: 'a contract is not published',
    rule: 'contracts-are-published',
    file: 'src/modules/a/contracts/look.query.ts',
    files: { ...LOOK, ...published() },
  },
  {
    what: 'a published contract has another field',
    rule: 'contracts-are-published',
    file: 'src/modules/a/contracts/look.query.ts',
    files: changed('src/modules/a/contracts/look.query.ts', 'readonly many?:', 'readonly more?:'),
  },
  {
    what: 'a published contract is answered with something else',
    rule: 'contracts-are-published',
    file: 'src/modules/a/contracts/look.query.ts',
    files: changed('src/modules/a/contracts/look.query.ts', 'price: Money', 'price: number'),
  },
  {
    what: 'a rule that a published contract takes from another file is another one',
    rule: 'contracts-are-published',
    file: 'src/modules/a/contracts/look.query.ts',
    files: changed('src/modules/a/contracts/code.ts', '[A-Z]+', '[A-Z]*'),
  },
  {
    what: 'a published contract is gone',
    rule: 'contracts-are-published',
    file: 'src/contracts.json',
    files: published(['a.gone v1', 'event']),
  },
  {
    what: 'a module has no page',
    rule: 'module-has-a-page',
    file: 'src/modules/a/README.md',
    files: { 'src/modules/a/README.md': null },
  },
  {
    what: 'a module is no bounded context',
    rule: 'module-is-a-bounded-context',
    file: 'src/modules/a/a.module.ts',
    files: { 'src/modules/a/a.module.ts': 'export class AModule {}' },
  },
  {
    what: 'a bounded context carries the name of another folder',
    rule: 'module-is-a-bounded-context',
    file: 'src/modules/a/a.module.ts',
    files: {
      'src/modules/a/a.module.ts':
        "import { BoundedContext } from '../../platform/index';\n@BoundedContext({ name: 'b' })\nexport class AModule {}",
    },
  },
  {
    what: 'a new module is missing from the list of modules',
    rule: 'module-is-listed',
    file: 'src/app.module.ts',
    files: {
      'src/modules/c/README.md': '# c',
      'src/modules/c/c.module.ts':
        "import { BoundedContext } from '../../platform/index';\n@BoundedContext({ name: 'c' })\nexport class CModule {}",
    },
  },
];

describe('The boundaries of the modules', () => {
  it('hold for this project', () => {
    expect(checkBoundaries(ROOT).map(describeViolation)).toEqual([]);
    expect(modulesOf(ROOT).length).toBeGreaterThan(0);
  });
});

describe('The check of the boundaries', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'seamline-boundaries-'));
    plant(CLEAN);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function plant(files: Record<string, string | null>): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
  }

  it('finds nothing in clean modules', () => {
    expect(checkBoundaries(root)).toEqual([]);
    expect(modulesOf(root)).toEqual(['a', 'b']);
  });

  it('finds nothing in calls that are signed off, in types alone, and in commands that a saga sends', () => {
    plant({
      ...QUERY,
      ...COMMAND,
      ...published(['a.find v1', 'query'], ['a.do v1', 'command']),
      'src/app.module.ts': signedOff('b'),
      'src/modules/b/ask.ts':
        "import { Find } from '../a/contracts/find.query';\nexport const x = () => new Find();",
      'src/modules/a/read.ts':
        "import type { Find } from '../a/contracts/find.query';\nimport { type Answer } from '../a/contracts/find.query';\nexport type X = Find | Answer;",
      'src/platform/sagas/saga-definition.ts':
        'export const defineSaga = (definition: object) => definition;',
      'src/platform/index.ts': `${CLEAN['src/platform/index.ts']}\nexport { defineSaga } from './sagas/saga-definition';`,
      'src/modules/b/process.ts':
        "import { Do } from '../a/contracts/do.command';\nimport { defineSaga } from '../../platform/index';\nexport const x = defineSaga({ Do });",
    });
    expect(checkBoundaries(root)).toEqual([]);
  });

  it('finds nothing in published contracts whose comments, methods, order and wording have changed', () => {
    plant(LOOK);
    expect(checkBoundaries(root)).toEqual([]);
    for (const [from, to] of [
      ['a number, please', 'a whole number, please'],
      ['What it costs.', 'What one of them costs.'],
      ['return new Look()', 'return new Look() as never'],
      ["  @Min(1)\n  @IsInt({ message: 'a number, please' })", '  @IsInt()\n  @Min(1)'],
    ]) {
      const file = 'src/modules/a/contracts/look.query.ts';
      expect(LOOK[file]).toContain(from);
      plant(changed(file, from, to));
      expect(checkBoundaries(root)).toEqual([]);
    }
  });

  it('publishes what is new and leaves what is published as it is', () => {
    plant({ ...LOOK, ...published() });
    const sources = () =>
      listFiles(join(root, 'src'))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readSource(root, file));
    expect(publish(root, sources())).toEqual(['a.look v1']);
    expect(checkBoundaries(root)).toEqual([]);
    const list = readFileSync(join(root, 'src/contracts.json'), 'utf8');
    expect(JSON.parse(list)).toEqual(JSON.parse(LOOK['src/contracts.json']));
    plant({
      ...changed('src/modules/a/contracts/look.query.ts', 'many', 'more'),
      'src/contracts.json': list,
    });
    expect(publish(root, sources())).toEqual([]);
    expect(checkBoundaries(root).map(describeViolation)).toEqual([
      expect.stringContaining('- many?: number @IsInt() @Min(1)\n      + more?: number @IsInt() @Min(1)'),
    ]);
    plant(changed('src/modules/a/contracts/look.query.ts', 'version: 1', 'version: 2'));
    expect(publish(root, sources())).toEqual(['a.look v2']);
    expect(checkBoundaries(root)).toEqual([]);
  });

  it.each(PLANTED)('finds that $what', ({ rule, file, files }) => {
    plant(files);
    const found = checkBoundaries(root);
    expect(found.map((violation) => [violation.rule, violation.file])).toEqual([[rule, file]]);
    expect(describeViolation(found[0])).toMatch(/Way out: ./);
  });
});
