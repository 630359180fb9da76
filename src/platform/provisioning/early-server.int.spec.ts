import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from './embedded-server';
import { startServerEarly } from './early-server';

describe('The embedded server, before the application is loaded', () => {
  let dataDir: string;
  beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'seamline-early-'))));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it.each([
    [
      'a database is named',
      { DATABASE_URL: 'postgres://localhost/elsewhere', DATABASE_ROLE_SECRET: 'a-secret-of-some-length' },
    ],
    ['a module has a database of its own', { SHIPPING_DATABASE_URL: 'postgres://localhost/elsewhere' }],
    ['a setting is wrong', { PORT: 'a port' }],
  ])('is not started where %s', async (_, environment) => {
    expect(startServerEarly({ DATA_DIR: dataDir, ...environment }, () => undefined)).toBeUndefined();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is on its way before it takes connections, and is the one that is found later', async () => {
    const early = startServerEarly({ DATA_DIR: dataDir }, () => undefined)!;
    const order: string[] = [];
    const started = early.starting.then(() => order.push('started'));
    await early.underWay.then(() => order.push('under way'));
    await started;
    expect(order).toEqual(['under way', 'started']);

    const again = await startEmbeddedServer({ dataDir, log: () => undefined });
    expect(again.adopted).toBe(true);
    await again.stop();
    await early.stop();
    await expect(
      startEmbeddedServer({ dataDir, log: () => undefined }).then(
        async (third) => (await third.stop(), third.adopted),
      ),
    ).resolves.toBe(false);
  });

  it('that cannot start keeps nothing waiting, and there is nothing to stop', async () => {
    const early = startServerEarly({ DATA_DIR: '/dev/null/no-folder' }, () => undefined)!;
    await early.underWay;
    await expect(early.starting).rejects.toThrow('DATA_DIR');
    await early.stop();
  });
});
