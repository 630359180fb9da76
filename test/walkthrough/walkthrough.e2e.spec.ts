import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOrphanedServers } from '../../src/demo/orphaned-servers';
import { fallbackFolderFor } from '../../src/platform/provisioning/embedded/data-folder';
import { eventually } from '../support/eventually';
import { describeWithNats, natsBinary } from '../support/nats-server';
import { quietPort } from '../support/quiet-port';
import { listFiles } from '../architecture/source-file';
import { stepsOf } from './page';
import { compared } from './printed';
import { Terminal } from './terminal';

const ROOT = join(__dirname, '../..');
const PAGE = 'docs/extraction.md';
/** The ports on the page. The test uses others, and puts these into what is printed. */
const PORTS = ['3000', '3001', '4000', '4001', '4222', '5433'];
const STEP_WITHIN_MS = 90_000;
const NOT_INHERITED =
  /DATABASE|^(NATS_|OPS_|MODULES$|PORT$|HOST$|DATA_DIR$|LOG_LEVEL$|NODE_ENV$|FAILPOINT$|ANNOUNCED_URL$|DEFAULT_CREDIT_LIMIT$)/;

/** What every file of the modules holds. */
const modulesNow = (): Record<string, string> =>
  Object.fromEntries(
    listFiles(join(ROOT, 'src/modules'))
      .sort()
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

describeWithNats(PAGE, () => {
  jest.setTimeout(600_000);
  const steps = stepsOf(readFileSync(join(ROOT, PAGE), 'utf8'));
  const before = modulesNow();
  const data = mkdtempSync(join(tmpdir(), `seamline-walkthrough-${process.pid}-`));
  const ports = new Map<string, string>();
  let terminal: Terminal;

  beforeAll(async () => {
    chmodSync(data, 0o755);
    for (const port of PORTS) ports.set(port, String(await quietPort()));
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
    terminal = new Terminal(ROOT, {
      ...Object.fromEntries(inherited),
      DATA_DIR: data,
      PORT: ports.get('3000'),
      OPS_PORT: ports.get('3001'),
    });
  });

  afterAll(async () => {
    await terminal?.close();
    for (const folder of [data, fallbackFolderFor(data), fallbackFolderFor(join(data, 'shipping'))]) {
      await stopOrphanedServers(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  const here = (commands: string): string =>
    [...ports].reduce(
      (text, [page, own]) => text.replace(new RegExp(`\\b${page}\\b`, 'g'), own),
      commands.replace(/(?<!\S)\.data\/(nats-server\/nats-server)?/g, (_, server?: string) =>
        server ? natsBinary()! : `${data}/`,
      ),
    );
  const onThePage = (printed: string): string =>
    [...ports].reduce((text, [page, own]) => text.replaceAll(own, page), printed.replaceAll(data, '.data'));
  /** What the processes of the page have written: says why a step failed. */
  const logs = (): string =>
    readdirSync(data)
      .filter((name) => name.endsWith('.log'))
      .map((name) => `${name}:\n${readFileSync(join(data, name), 'utf8').slice(-3_000)}`)
      .join('\n');

  it('does and prints what it says, one step after the other', async () => {
    for (const { line, commands, prints = '...' } of steps) {
      const printed = await terminal.run(here(commands), STEP_WITHIN_MS).catch((error: Error) => {
        throw new Error(`${PAGE}, line ${line}: ${error.message}\n${logs()}`);
      });
      const { printed: actual, page } = compared(onThePage(printed), prints);
      expect([`line ${line}`, ...actual]).toEqual([`line ${line}`, ...page]);
    }
    // No process is left; one that was asked to stop finishes what it does.
    await eventually(() => {
      const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
      expect(running.split('\n').filter((args) => args.includes(data))).toEqual([]);
    }, STEP_WITHIN_MS);
  });

  it('changes no file of any module', () => {
    expect(modulesNow()).toEqual(before);
  });
});
