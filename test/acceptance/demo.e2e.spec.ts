import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApplication, type TestApplication } from '../support/application';
import { demo, demoData } from '../support/demo';
import { Shop } from '../support/shop';

describe('the demo, played through an application that runs already', () => {
  let application: TestApplication;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-demo-e2e-'));
    application = await startTestApplication({ TRUST_AGREED_PRICES: 'true' });
  });

  afterAll(async () => {
    await application?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const play = (...more: string[]) =>
    demo(
      folder,
      '--url',
      application.url,
      '--ops',
      application.opsUrls.join(','),
      '--data',
      demoData('tricky.csv'),
      ...more,
    );

  it('comes to the figures worked out by hand', async () => {
    const report = join(folder, 'report.json');
    const { exitCode, output } = await play('--report', report);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining('Everything adds up'),
    });
    expect(JSON.parse(await readFile(report, 'utf8'))).toEqual({
      ...JSON.parse(await readFile(demoData('tricky.expected.json'), 'utf8')),
      messages: { published: expect.any(Number), parked: 0 },
      seconds: expect.any(Number),
      ordersPerSecond: expect.any(Number),
    });
    await new Shop(application).booksAddUp();
  });

  it('plays nothing where there are orders already', async () => {
    const { exitCode, output } = await play();
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringContaining('has 16 orders already'),
    });
  });
});
