import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module';
import { contractOf, EventContract } from '../../src/platform/messages/contract';
import { topologyOf } from '../../src/platform/topology/topology';
import { requireUpcasters } from '../../src/platform/topology/require-upcasters';

const ENTRY = join(__dirname, '../../src/platform/contracts');

/** A contract as JavaScript, as the built application has it. */
const contract = (name: string, version: number): string =>
  `exports.Told${version} = class Told${version} {}; EventContract('${name}', { version: ${version} })(exports.Told${version});`;
const upcaster = (name: string, from: number): string =>
  `exports.From${from} = class From${from} { static upcast(data) { return data; } }; Upcaster('${name}', { from: ${from}, to: ${from + 1} })(exports.From${from});`;

describe('A start', () => {
  let folder: string;
  let names = 0;

  beforeEach(() => {
    // Beside the tests, so that what is written is loaded as they are.
    folder = mkdtempSync(join(__dirname, 'upcasters-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A name of its own for each test: upcasters are known for as long as the process lives. */
  const newName = (): string => `first.told-${(names += 1)}`;
  const write = (path: string, ...lines: string[]): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(
      join(folder, path),
      [`const { EventContract, Upcaster } = require(${JSON.stringify(ENTRY)});`, ...lines].join('\n'),
    );
  };
  const start = () => requireUpcasters([], ['first', 'second'], folder);

  it('goes on with the upcasters of this application', () => {
    expect(() => topologyOf(AppModule)).not.toThrow();
  });

  it('goes on where each step has one', () => {
    const name = newName();
    write('first/contracts/told.event.js', contract(name, 3), upcaster(name, 2), upcaster(name, 1));
    expect(start).not.toThrow();
  });

  it('is stopped by a missing step, and says where it belongs', () => {
    const name = newName();
    write('first/contracts/told.event.js', contract(name, 4), upcaster(name, 2));
    expect(start).toThrow(
      `  - ${name} has version 4, and messages of version 1 cannot be read: write its upcaster, @Upcaster('${name}', { from: 1, to: 2 }), into first/contracts/told.event.js.\n` +
        `  - ${name} has version 4, and messages of version 3 cannot be read: write its upcaster, @Upcaster('${name}', { from: 3, to: 4 }), into first/contracts/told.event.js.`,
    );
  });

  it('is stopped by a missing step of a contract that stands in no folder', () => {
    @EventContract('nowhere.told', { version: 2 })
    class Told {}
    expect(() => requireUpcasters([contractOf(Told)])).toThrow('messages of version 1 cannot be read');
  });

  it.each(['second/contracts/other.event.js', 'first/contracts/upcasters.js', 'first/told.js'])(
    'is stopped by an upcaster in %s',
    (path) => {
      const name = newName();
      write('first/contracts/told.event.js', contract(name, 2));
      write(path, upcaster(name, 1));
      expect(start).toThrow(
        `From1 (${path}) is the upcaster of ${name} from version 1 to 2, which is not declared there: move it to first/contracts/told.event.js.`,
      );
    },
  );

  it('is stopped by two upcasters of one step', () => {
    const name = newName();
    write('first/contracts/told.event.js', contract(name, 2), upcaster(name, 1), upcaster(name, 1));
    expect(start).toThrow(`From1 and From1 are both the upcaster of ${name} from version 1 to 2`);
  });

  it('is stopped by an upcaster that leads beyond its contract', () => {
    const name = newName();
    write('first/contracts/told.event.js', contract(name, 2), upcaster(name, 1), upcaster(name, 2));
    expect(start).toThrow(
      `From2 (first/contracts/told.event.js) leads to version 3 of ${name}, which has version 2: write { version: 3 } above Told2`,
    );
  });
});
