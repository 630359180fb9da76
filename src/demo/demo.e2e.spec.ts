import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInThisProcess } from '../../test/support/application-in-this-process';
import { demo, demoData } from '../../test/support/demo';
import { projectFolder } from './project-folder';

describe('the demo', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-demo-e2e-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('plays the tricky file to the report worked out by hand, and leaves nothing behind', async () => {
    const reportFile = join(folder, 'report.json');
    const { exitCode, output } = await demo(folder, '--data', demoData('tricky.csv'), '--report', reportFile);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining('Everything adds up'),
    });

    const byHand = JSON.parse(await readFile(demoData('tricky.expected.json'), 'utf8'));
    expect(JSON.parse(await readFile(reportFile, 'utf8'))).toEqual({
      ...byHand,
      messages: { published: expect.any(Number), parked: 0 },
      seconds: expect.any(Number),
      ordersPerSecond: expect.any(Number),
    });
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('says what is missing where the prices of the file do not count', async () => {
    const distrustful = await startInThisProcess();
    try {
      const where = ['--url', distrustful.url, '--ops', distrustful.opsUrls.join(',')];
      const { exitCode, output } = await demo(folder, ...where, '--data', demoData('tricky.csv'));
      expect({ exitCode, output }).toEqual({
        exitCode: 1,
        output: expect.stringContaining('Start it with TRUST_AGREED_PRICES=true'),
      });
    } finally {
      await distrustful.close();
    }
  });

  it('starts nothing for a file that is not of the form', async () => {
    const { exitCode, output } = await demo(folder, '--data', join(projectFolder(), 'package.json'));
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringContaining('the header lacks InvoiceNo'),
    });
    expect(output).not.toContain('Starting');
  });
});
