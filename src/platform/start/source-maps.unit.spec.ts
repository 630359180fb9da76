import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a compiler leaves of a line that throws. */
const THROWS = `module.exports = () => { throw new Error('here'); };\n//# sourceMappingURL=thrower.js.map\n`;
const MAP = JSON.stringify({ version: 3, sources: ['thrower.ts'], names: [], mappings: 'AAAA' });

describe('The stack trace of a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seamline-maps-'));
  const [ours, ofPackage] = ['thrower.js', 'node_modules/thrower/thrower.js'].map((name) =>
    join(folder, name),
  );

  beforeAll(() => {
    for (const file of [ours, ofPackage]) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, THROWS);
      writeFileSync(`${file}.map`, MAP);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const traceOf = (file: string): string =>
    execFileSync(process.execPath, [
      '--require',
      join(__dirname, 'source-maps.js'),
      '--print',
      `try { require(${JSON.stringify(file)})() } catch (error) { error.stack }`,
    ]).toString();

  it('names the sources of the application, and what is installed of a package', () => {
    expect(traceOf(ours)).toContain('thrower.ts:');
    expect(traceOf(ofPackage)).toContain('node_modules/thrower/thrower.js:');
  });
});
