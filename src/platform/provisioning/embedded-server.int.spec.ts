import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseCommand } from '../cli/programs/database.cli';
import { withClient } from '../database/admin-client';
import { isRunning } from './embedded/processes';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server';

describe('the embedded server', () => {
  let dataDir: string;
  let server: EmbeddedServer | undefined;
  const said: string[] = [];

  const start = async (): Promise<EmbeddedServer> =>
    (server = await startEmbeddedServer({
      dataDir,
      log: (line) => said.push(line),
      settings: { fsync: 'off' },
    }));
  const pidFile = (): string => join(server?.dataDir ?? '', 'postgres', 'postmaster.pid');
  const postmaster = (): number => Number.parseInt(readFileSync(pidFile(), 'utf8'), 10);
  const query = (sql: string): Promise<Record<string, unknown>[]> =>
    withClient(
      server?.adminUrl ?? '',
      'test',
      async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
    );

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seamline-embedded-'));
    await start();
  });

  afterAll(async () => {
    await server?.stop();
    const places = [dataDir, server?.dataDir ?? dataDir];
    for (const place of places) await rm(place, { recursive: true, force: true });
  });

  /** Another test may have stopped it. */
  beforeEach(async () => {
    if (!existsSync(pidFile())) await start();
  });

  it('speaks UTF-8, can be decoded logically, and listens to this machine only', async () => {
    expect(
      await query(
        `select current_setting('server_encoding') as encoding, current_setting('wal_level') as wal, current_setting('listen_addresses') as listens`,
      ),
    ).toEqual([{ encoding: 'UTF8', wal: 'logical', listens: '127.0.0.1' }]);
  });

  it('keeps its password to its owner', () => {
    expect(statSync(join(server?.dataDir ?? '', 'superuser-password')).mode & 0o777).toBe(0o600);
  });

  it('is adopted when a killed process has left it running', async () => {
    const pid = postmaster();
    expect((await start()).adopted).toBe(true);
    expect(postmaster()).toBe(pid);
  });

  it('goes on while somebody is connected', async () => {
    await withClient(server?.adminUrl ?? '', 'another client', async () => {
      await server?.stop();
      expect(said.at(-1)).toContain('goes on: other clients are connected');
    });
  });

  it('stops, and keeps its data and its port', async () => {
    const { adminUrl } = await start();
    await query('create table kept as select 1 as one');
    await server?.stop();
    expect(existsSync(pidFile())).toBe(false);

    const again = await start();
    expect(again.adopted).toBe(false);
    expect(again.adminUrl).toBe(adminUrl);
    expect(await query('select one from kept')).toEqual([{ one: 1 }]);
  });

  it('is stopped by its command, which says so', async () => {
    const dataDir = server?.dataDir ?? '';
    const noted: string[] = [];
    const note = (line: string): number => noted.push(line);
    expect(await databaseCommand({ argv: ['stop', dataDir], env: {}, note })).toBe(0);
    expect(existsSync(pidFile())).toBe(false);
    expect(noted.at(-1)).toBe(`The server on ${dataDir} has stopped.`);
  });

  it('starts after a crash, also when its process id belongs to something else by now', async () => {
    await query('create table outlives as select 1 as one; checkpoint');
    const pid = postmaster();
    const file = readFileSync(pidFile(), 'utf8');
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await sleep(20);
    writeFileSync(pidFile(), file.replace(/^\d+/, String(process.pid)));
    expect((await start()).adopted).toBe(false);
    expect(await query('select one from outlives')).toEqual([{ one: 1 }]);
  });

  describe('after a crash', () => {
    let left: string;

    /** Kills it with all of its processes, as the end of the machine would. */
    beforeEach(async () => {
      left = readFileSync(pidFile(), 'utf8');
      const pid = postmaster();
      process.kill(pid, 'SIGQUIT');
      while (isRunning(pid)) await sleep(20);
    });

    const startsAnew = async (): Promise<void> => {
      expect((await start()).adopted).toBe(false);
      expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    };

    it('starts where its process id belongs to another PostgreSQL server by now', async () => {
      await withClient(process.env.SEAMLINE_TEST_ADMIN_URL ?? '', 'test', async (client) => {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        writeFileSync(pidFile(), left.replace(/^\d+/, String(rows[0].pid)));
        await startsAnew();
      });
    });

    it.each([
      ['empty', () => ''],
      ['cut off', () => left.split('\n').slice(0, 2).join('\n')],
      ['no text of a server at all', () => 'what is this?\n'],
    ])('starts where the file of its process id is %s', async (_, content) => {
      writeFileSync(pidFile(), content());
      await startsAnew();
    });
  });
});
