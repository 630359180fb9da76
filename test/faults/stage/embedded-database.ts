import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { usableBinaries } from '../../../src/platform/database/embedded/binaries';
import { type DataFolder, openDataFolder } from '../../../src/platform/database/embedded/data-folder';
import { runAs } from '../../../src/platform/database/embedded/account';
import { runningPostmaster } from '../../../src/platform/database/embedded/postmaster-file';
import { isRunning } from '../../../src/platform/database/embedded/processes';
import { secretIn } from '../../../src/platform/database/embedded/secret-file';
import { EMBEDDED_DATABASE } from '../../../src/platform/database/prepare-database';
import { rolePassword, Roles, withLogin } from '../../../src/platform/database/roles';
import { quietPort } from '../../support/quiet-port';

const copied = promisify(execFile);
const GONE_WITHIN_MS = 10_000;

/** The embedded server under a running application, to be asked and to be broken. */
export class EmbeddedDatabase {
  private constructor(private readonly folder: DataFolder) {}

  static async in(dataDir: string): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(await openDataFolder(dataDir, () => undefined));
  }

  /** Copies a database that does not run, to a place where there is none yet; the copy gets a port that it can always come back on. */
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
    return withLogin(await this.url(database), 'postgres', await secretIn(join(this.folder.path, 'superuser-password')));
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

  /** Starts the server again with the port and the settings that it had. */
  async start(): Promise<void> {
    const { cluster, path, account } = this.folder;
    const { pgCtl } = await usableBinaries(path, account);
    const flags = /"-c".*$/m.exec(readFileSync(join(cluster, 'postmaster.opts'), 'utf8'))?.[0] ?? '';
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

  private async end(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
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
