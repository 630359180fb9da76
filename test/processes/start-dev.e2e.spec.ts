import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOrphanedServers } from '../../src/demo/orphaned-servers';
import { projectFolder } from '../../src/demo/project-folder';
import { eventually } from '../support/eventually';
import { quietPort } from '../support/quiet-port';
import { fallbackFolderFor } from '../../src/platform/provisioning/embedded/data-folder';
import { isRunning } from '../../src/platform/provisioning/embedded/processes';

const COPIED = [
  'src',
  'migrations',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const CHANGED = 'src/modules/catalog/catalog.module.ts';

interface Build {
  fingerprint: (project: object, root: string) => string;
  APPLICATION: object;
}

/** A copy of the sources and of what was built from them, so that a test can change it. */
function copyOfTheProject(): string {
  const copy = mkdtempSync(join(tmpdir(), `seamline-dev-${process.pid}-`));
  chmodSync(copy, 0o755);
  mkdirSync(join(copy, 'dist'));
  execFileSync('cp', ['-a', ...COPIED.map((name) => join(projectFolder(), name)), copy]);
  execFileSync('cp', [
    '-a',
    ...['src', 'migrations'].map((name) => join(projectFolder(), 'dist', name)),
    join(copy, 'dist'),
  ]);
  symlinkSync(join(projectFolder(), 'node_modules'), join(copy, 'node_modules'));
  const { fingerprint, APPLICATION } = createRequire(__filename)(
    '../../src/platform/start/build.js',
  ) as Build;
  writeFileSync(join(copy, 'dist/.built-from'), fingerprint(APPLICATION, copy));
  return copy;
}

describe('npm run start:dev', () => {
  const copy = copyOfTheProject();
  const data = join(copy, '.data');
  let child: ChildProcess;
  let printed = '';
  let url: string;

  const says = (text: string | RegExp): Promise<void> =>
    eventually(async () => expect(printed).toMatch(text), 60_000);
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    const [port, opsPort] = [await quietPort(), await quietPort()];
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, [join(copy, 'src/platform/start/dev.js')], {
      cwd: copy,
      env: {
        ...process.env,
        DATA_DIR: data,
        DATABASE_URL: '',
        PORT: String(port),
        OPS_PORT: String(opsPort),
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await says(/^Started in/m);
  });

  afterAll(async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    for (const folder of [data, fallbackFolderFor(data)]) {
      await stopOrphanedServers(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  });

  it('restarts the application after a change, on the database that goes on', async () => {
    const server = /in (\S+) \.\.\.$/m.exec(printed)?.[1] ?? data;
    const postmaster = (): number =>
      Number(readFileSync(join(server, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
    const before = postmaster();
    expect((await post('/items', { itemId: 'KEPT', name: 'Kept', stockTracked: true })).status).toBe(201);

    appendFileSync(join(copy, CHANGED), "process.stdout.write('The changed source runs.\\n');\n");
    await says(/^The changed source runs\.$/m);
    await says(/^Restarted in/m);
    expect((await fetch(`${url}/items/KEPT`)).status).toBe(200);
    expect(postmaster()).toBe(before);

    const source = readFileSync(join(copy, CHANGED), 'utf8');
    writeFileSync(join(copy, CHANGED), `${source}const = ;\n`);
    await says('TS1134');
    expect((await fetch(`${url}/items/KEPT`)).status).toBe(200);

    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(isRunning(before)).toBe(false);
  });
});
