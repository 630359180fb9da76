import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';
import { eventually } from '../support/eventually';

/**
 * A call that opens a pipe which nothing writes to never returns, as on a file system whose server is gone.
 */
describe('a start that hangs in a call into the system', () => {
  let dataDir: string;
  let child: ChildProcess | undefined;
  let printed: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seamline-hangs-'));
    printed = '';
  });

  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function hangAt(file: string): Promise<void> {
    const path = join(dataDir, file);
    await mkdir(dirname(path), { recursive: true });
    expect(spawnSync('mkfifo', ['-m', '666', path]).status).toBe(0);
  }

  function start(): ChildProcess {
    child = spawn(process.execPath, [join(projectFolder(), 'src/platform/start/run.js'), 'src/main'], {
      cwd: projectFolder(),
      env: {
        ...process.env,
        DATA_DIR: dataDir,
        DATABASE_URL: '',
        PORT: '1',
        OPS_PORT: '1',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    return child;
  }

  const says = (text: string | RegExp): Promise<void> =>
    eventually(async () => expect(printed).toMatch(text), 60_000);

  it.each([
    [
      'while it waits for the lock of other processes',
      'start.lock',
      'start.lock, which another process holds',
    ],
    ['while it looks at the data', 'postgres/PG_VERSION', 'the files in'],
    ['while it reads its password', 'superuser-password', 'new database files|the files in'],
  ])('says what it waits for %s, and ends at the second Ctrl-C', async (_, file, what) => {
    await hangAt(file);
    const process = start();
    const ended = once(process, 'exit');
    await says(new RegExp(`still waiting for .*(${what})`));
    process.kill('SIGINT');
    await says(new RegExp(`Stopping: waiting for .*(${what})`));
    expect(process.exitCode).toBeNull();
    process.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});
