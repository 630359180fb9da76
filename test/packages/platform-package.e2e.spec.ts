import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { newPlace, removePlace } from '../extraction/places';
import { eventually } from '../support/eventually';
import { quietPort } from '../support/quiet-port';
import { GUEST_BOOK } from './guest-book';
import { packPlatform, type PackedManifest } from './platform-package';

const ROOT = join(__dirname, '../..');
/** Settings that would lead to other data, and what keeps a program from building itself first. */
const NOT_INHERITED =
  /(^|_)DATABASE_(ADMIN_)?URL$|^(OPS_TOKEN|MODULES|NATS_URL|FAILPOINT|JEST_WORKER_ID|NODE_ENV)$/;

describe('an application outside of the repository, on the npm package of the platform', () => {
  const folder = mkdtempSync(join(tmpdir(), `seamline-package-${process.pid}-`));
  const application = join(folder, 'guest-book');
  const installed = join(application, 'node_modules/@seamline/platform');
  const place = newPlace();
  let packed: PackedManifest;
  let env: NodeJS.ProcessEnv;
  let url: string;
  let child: ChildProcess;
  let printed = '';

  /** A program that the package brings, as npm would run it for a script of the application. */
  const programOf = (bin: string): string => join(installed, packed.bin![bin]);

  /** Installs the package as npm does; its dependencies are those of the repository, a folder above. */
  function install(tarball: string): void {
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, text] of Object.entries(GUEST_BOOK)) {
      mkdirSync(dirname(join(application, path)), { recursive: true });
      writeFileSync(join(application, path), text);
    }
  }

  function run(argv: readonly string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      cwd: application,
      env,
      encoding: 'utf8',
    });
    return { code: status, output: `${stdout}${stderr}` };
  }

  beforeAll(async () => {
    const { tarball, manifest } = packPlatform(ROOT, join(folder, 'packed'));
    packed = manifest;
    install(tarball);
    const [port, opsPort] = [await quietPort(), await quietPort()];
    url = `http://127.0.0.1:${port}`;
    env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name))),
      DATABASE_URL: place.adminUrl,
      DATABASE_ADMIN_URL: place.adminUrl,
      DATABASE_ROLE_SECRET: place.secret,
      PORT: String(port),
      OPS_PORT: String(opsPort),
      LOG_LEVEL: 'warn',
      MESSAGING_POLL_INTERVAL_MS: '50',
    };
  });

  afterAll(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await removePlace(place);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('has the platform alone in it: built, with its types and its migrations', () => {
    for (const path of Object.values(packed.exports!)) {
      const files = path.endsWith('.js') ? [path, path.replace(/\.js$/, '.d.ts')] : [path];
      for (const file of files)
        expect({ file, there: existsSync(join(installed, file)) }).toEqual({ file, there: true });
    }
    expect(existsSync(join(installed, 'migrations/platform/0001-create-log.js'))).toBe(true);
    for (const left of [
      'src/modules',
      'src/app.module.js',
      'migrations/orders',
      'src/platform/start/build.unit.spec.js',
    ])
      expect({ left, there: existsSync(join(installed, left)) }).toEqual({ left, there: false });
  });

  it('depends on what the repository installs, in the same versions, and on nothing else', () => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Partial<PackedManifest>;
    const named = { ...packed.dependencies, ...packed.peerDependencies };
    const all: Record<string, string> = { ...dependencies, ...devDependencies };
    expect(named).toEqual(Object.fromEntries(Object.keys(named).map((name) => [name, all[name]])));
    expect(Object.keys(named)).toEqual(
      expect.arrayContaining(['@nestjs/core', '@nestjs/platform-express', 'pg', 'typeorm', '@types/node']),
    );
  });

  it('builds, with the types of the package and with nothing of its inside', () => {
    expect(run([programOf('seamline-build')])).toEqual({
      code: 0,
      output: expect.stringContaining('Built in'),
    });
    const inside = run(['-e', `require('@seamline/platform/src/platform/database/transaction.js')`]);
    expect(inside).toEqual({ code: 1, output: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED') });
  });

  it('starts on an empty database, answers, and has its events handled', async () => {
    child = spawn(process.execPath, [programOf('seamline-run'), 'src/main'], {
      cwd: application,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await eventually(async () => {
      if (child.exitCode !== null) return;
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    }, 60_000);
    expect({ code: child.exitCode, printed }).toMatchObject({ code: null });

    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { info: object };
    expect(document.info).toMatchObject({
      title: 'Guest book',
      version: '1.0.0',
      description: expect.stringContaining('Who was here.'),
    });
    expect((await fetch(`${url}/guests/ada`, { method: 'PUT' })).status).toBe(200);
    await eventually(async () =>
      expect(await (await fetch(`${url}/guests/ada`)).json()).toEqual({ name: 'ada', greeted: true }),
    );
    const unknown = await fetch(`${url}/guests/bob`);
    expect({ status: unknown.status, body: await unknown.json() }).toMatchObject({
      status: 404,
      body: { code: 'guests.guest-unknown' },
    });
  });

  it('has the commands of operators, and invariants of its own beside those of every module', () => {
    const { code, output } = run([programOf('seamline-run'), 'src/ops', 'check']);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/ok +1 +every guest was greeted/);
    expect(output).toContain('All invariants hold.');
  });

  it('stops in an orderly way', async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
