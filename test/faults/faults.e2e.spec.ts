import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';
import type { Results } from './campaign';

describe('The fault suite in its quick profile', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-faults-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds every promise kept', async () => {
    const report = join(folder, 'report.json');
    const program = [
      'src/platform/start/run.js',
      'test/faults/main',
      '--profile',
      'quick',
      '--report',
      report,
    ];
    const suite = spawn(process.execPath, program, {
      cwd: projectFolder(),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = (await once(suite, 'exit')) as [number | null];
    const { rows } = JSON.parse(readFileSync(report, 'utf8')) as Results;
    expect(
      rows.flatMap(({ fault, setUp, failures }) => failures.map((failure) => ({ fault, setUp, ...failure }))),
    ).toEqual([]);
    expect({ code, faults: rows.length }).toEqual({ code: 0, faults: 6 });
  }, 600_000);
});
