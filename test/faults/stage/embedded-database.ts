import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withClient } from '../../../src/platform/database/admin-client';
import { usableBinaries } from '../../../src/platform/provisioning/embedded/binaries';
import { type DataFolder, openDataFolder } from '../../../src/platform/provisioning/embedded/data-folder';
import { runAs } from '../../../src/platform/provisioning/embedded/account';
import { runningPostmaster } from '../../../src/platform/provisioning/embedded/postmaster-file';
import { isRunning } from '../../../src/platform/provisioning/embedded/processes';
import { secretIn } from '../../../src/platform/provisioning/embedded/secret-file';
import { EMBEDDED_DATABASE } from '../../../src/platform/provisioning/prepare-database';
import { rolePassword, Roles, withLogin } from '../../../src/platform/database/roles';
import { quietPort } from '../../support/quiet-port';

const copied = promisify(execFile);
const GONE_WITHIN_MS = 10_000;
/**
 * Of the settings that the server was started with, those without which the application would not find it.
 */
const NEEDED = /"-c" "(?:port|listen_addresses|unix_socket_directories)=[^"]*"/g;

/** The embedded server under a running application, to be asked and to be broken. */
export class EmbeddedDatabase {
  private constructor(private readonly folder: DataFolder) {}

  static async in(dataDir: string): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(await openDataFolder(dataDir, () => undefined));
  }

  /**
   * Copies a database that does not run, to a place where there is none yet; the copy gets a port that it can
   * always come back on.
   */
  async copyTo(other: EmbeddedDatabase): Promise<void> {
    await copied('cp', ['-a', `${this.folder.path}/.`, other.folder.path]);
    await writeFile(join(other.folder.path, 'port'), String(await quietPort()));
  }

  /** The login that may read everything and change nothing. */
  auditorUrl(): Promise<string> {
    return this.urlOf(new Roles(EMBEDDED_DATABASE).auditor);
  }

  /** The login of a module's own processes. */
  moduleUrl(module: string): Promise<string> {
    return this.urlOf(new Roles(EMBEDDED_DATABASE).of(module));
  }

  /** The login that may do everything: for the rig's own triggers and for breaking things. */
  async superuserUrl(database = EMBEDDED_DATABASE): Promise<string> {
    return withLogin(
      await this.url(database),
      'postgres',
      await secretIn(join(this.folder.path, 'superuser-password')),
    );
  }

  /** What the passwords of all modules' roles are derived from, as `DATABASE_ROLE_SECRET` wants it. */
  get roleSecret(): string {
    return readFileSync(join(this.folder.path, 'role-secret'), 'utf8').trim();
  }

  async port(): Promise<number> {
    return (await this.postmaster()).port;
  }

  /** Ends the server as `pg_ctl stop -m immediate` does: nothing is written out, the next start recovers. */
  async stopImmediately(): Promise<void> {
    await this.end('SIGQUIT');
  }

  /** Ends the server's main process by `kill -9`; its children notice and follow. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /**
   * Makes a standby from where the server is now; the server is away for a moment. Nothing that comes
   * afterwards reaches it.
   */
  async keepStandby(): Promise<void> {
    await this.end('SIGINT');
    await rm(this.standby, { recursive: true, force: true });
    await copied('cp', ['-a', this.folder.cluster, this.standby]);
    await this.start();
  }

  /** The server is lost with all its data, and the standby is promoted in its place and on its port. */
  async promoteStandby(): Promise<void> {
    await this.kill();
    await rm(this.folder.cluster, { recursive: true });
    await rename(this.standby, this.folder.cluster);
    const signal = join(this.folder.cluster, 'standby.signal');
    await writeFile(signal, '');
    const { uid, gid } = await stat(this.folder.cluster);
    await chown(signal, uid, gid);
    await this.start();
    await withClient(await this.superuserUrl('postgres'), 'rig', (client) =>
      client.query('select pg_promote()'),
    );
  }

  /**
   * Starts the server again with the port and the settings that it had, or with nothing but what `initdb` has
   * left.
   */
  async start(settings: 'as before' | 'stock' = 'as before'): Promise<void> {
    const { cluster, path, account } = this.folder;
    const { pgCtl } = await usableBinaries(path, account);
    const given = /"-c".*$/m.exec(readFileSync(join(cluster, 'postmaster.opts'), 'utf8'))?.[0] ?? '';
    const flags = settings === 'stock' ? [...given.matchAll(NEEDED)].map(([flag]) => flag).join(' ') : given;
    const begun = Date.now();
    for (;;) {
      const { code, output } = await runAs(
        account,
        pgCtl,
        ['start', '-w', '-t', '60', '-s', '-l', join(path, 'postgres.log'), '-o', flags],
        { PGDATA: cluster },
      );
      if (code === 0) return;
      // The children of a killed server take a moment to go, and none may start beside them.
      if (Date.now() - begun > GONE_WITHIN_MS) throw new Error(`The database did not start again: ${output}`);
      await sleep(100);
    }
  }

  private async urlOf(role: string): Promise<string> {
    return withLogin(await this.url(EMBEDDED_DATABASE), role, rolePassword(this.roleSecret, role));
  }

  private async url(database: string): Promise<string> {
    return `postgres://127.0.0.1:${await this.port()}/${database}`;
  }

  private get standby(): string {
    return `${this.folder.cluster}.standby`;
  }

  private async end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const { pid } = await this.postmaster();
    process.kill(pid, signal);
    const givingUpAt = Date.now() + GONE_WITHIN_MS;
    while (isRunning(pid)) {
      if (Date.now() > givingUpAt) throw new Error(`The database server ${pid} did not end.`);
      await sleep(10);
    }
  }

  private async postmaster(): Promise<{ pid: number; port: number }> {
    const running = await runningPostmaster(this.folder.cluster);
    if (!running) throw new Error(`No database server runs on ${this.folder.path}.`);
    return running;
  }
}
