import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const DATA = join(ROOT, 'src/demo/data');

/** Runs the demo as `npm run demo -- ...` does. */
async function demo(temporary: string, ...argv: string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, ['src/platform/start/run.js', 'src/demo/main', ...argv], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { exitCode, output };
}

describe('the demo', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-demo-e2e-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('plays the tricky file to the report worked out by hand, and leaves nothing behind', async () => {
    const reportFile = join(folder, 'report.json');
    const { exitCode, output } = await demo(folder, '--data', join(DATA, 'tricky.csv'), '--report', reportFile);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('Everything adds up') });

    const byHand = JSON.parse(await readFile(join(DATA, 'tricky.expected.json'), 'utf8'));
    expect(JSON.parse(await readFile(reportFile, 'utf8'))).toEqual({
      ...byHand,
      messages: { published: expect.any(Number), parked: 0 },
      seconds: expect.any(Number),
      ordersPerSecond: expect.any(Number),
    });
    expect(await readdir(folder)).toEqual(['report.json']);
  }, 180_000);

  it('starts nothing for a file that is not of the form', async () => {
    const { exitCode, output } = await demo(folder, '--data', join(ROOT, 'package.json'));
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringContaining('the header lacks InvoiceNo') });
    expect(output).not.toContain('Starting');
  }, 60_000);
});
