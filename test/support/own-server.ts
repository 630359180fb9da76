import { execFile } from 'node:child_process';
import { chown, cp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import { openModuleDatabases } from '../../src/platform/database/data-sources';
import { migrate } from '../../src/platform/provisioning/migrate';
import type { ModuleConnection } from '../../src/platform/database/module-connection';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { provision } from '../../src/platform/provisioning/provision';
import { rolePassword, Roles, withDatabase, withLogin } from '../../src/platform/database/roles';
import { EmbeddedDatabase } from '../faults/stage/embedded-database';
import { eventually } from './eventually';
import { entitiesOf, MIGRATIONS } from './modules';
import { startTestServer } from './test-server';

const run = promisify(execFile);
const DATABASE = 'own';
const SECRET = 'for tests only';
const silent = (): void => undefined;

/**
 * A server that one test file has for itself, to crash it, to restore it and to promote a standby in its
 * place.
 */
export class OwnServer {
  private constructor(
    private readonly server: Awaited<ReturnType<typeof startTestServer>>,
    private readonly process: EmbeddedDatabase,
    readonly modules: readonly string[],
  ) {}

  /**
   * Starts it with the schemas of some modules. Its configuration lets no commit wait for the disk, and
   * nothing but the tests writes.
   */
  static async start(
    modules: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<OwnServer> {
    const server = await startTestServer({ synchronous_commit: 'off', autovacuum: 'off', ...settings });
    const own = new OwnServer(server, await EmbeddedDatabase.in(server.dataDir), modules);
    const target = { adminUrl: own.adminUrl, roles: own.roles, modules, migrations: MIGRATIONS, log: silent };
    await provision({ ...target, secret: SECRET });
    await migrate(target);
    return own;
  }

  get adminUrl(): string {
    return withDatabase(this.server.adminUrl, DATABASE);
  }

  get roles(): Roles {
    return new Roles(DATABASE);
  }

  get connections(): ModuleConnection[] {
    const as = (role: string): string => withLogin(this.adminUrl, role, rolePassword(SECRET, role));
    return this.modules.map((module) => ({
      module,
      url: as(this.roles.of(module)),
      auditorUrl: as(this.roles.auditor),
    }));
  }

  open(): Promise<ModuleDatabases> {
    return openModuleDatabases(this.connections, entitiesOf, { poolSize: 5, leaseMs: 30_000, log: silent });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /**
   * From now on nothing gets to the disk but what a commit waits for. The checkpointer and others must have
   * come to rest.
   */
  async holdTheDiskBack(): Promise<void> {
    await withClient(this.adminUrl, 'test', (client) => client.query('checkpoint'));
    process.kill(await this.walWriter(), 'SIGSTOP');
  }

  /**
   * A crash of the server's own making: what is not on the disk is gone, and it recovers without having been
   * started again.
   */
  async crash(): Promise<void> {
    process.kill(await this.walWriter(), 'SIGKILL');
    await this.untilItAnswers();
  }

  /** Ends and starts it again; all that it had not written out is lost. */
  async killAndStart(): Promise<void> {
    const walWriter = await this.walWriter();
    await this.process.kill();
    // Where it stands still it does not notice.
    try {
      process.kill(walWriter, 'SIGKILL');
    } catch {
      // It has noticed.
    }
    await this.process.start();
    await this.untilItAnswers();
  }

  /** A copy of what is on the disk now, made while the server runs. */
  async backUp(): Promise<string> {
    const backup = join(this.server.dataDir, `backup-${Date.now()}`);
    const client = new Client({ connectionString: this.adminUrl });
    await client.connect();
    try {
      await client.query(`select pg_backup_start('test', true)`);
      await run('cp', ['-a', this.cluster, backup]);
      const { rows } = await client.query<{ labelfile: string }>(
        'select labelfile from pg_backup_stop(false)',
      );
      await rm(join(backup, 'pg_wal'), { recursive: true });
      await run('cp', ['-a', join(this.cluster, 'pg_wal'), join(backup, 'pg_wal')]);
      await rm(join(backup, 'postmaster.pid'), { force: true });
      await this.write(join(backup, 'backup_label'), rows[0].labelfile);
    } finally {
      await client.end();
    }
    return backup;
  }

  /**
   * The server is lost, and a standby takes its place on the same port that knows nothing later than the
   * backup.
   */
  async promote(backup: string): Promise<void> {
    await this.write(join(backup, 'standby.signal'), '');
    await this.replaceBy(backup);
    await withClientOnceReady(this.adminUrl, async (client) => {
      if ((await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')).rows[0].standby)
        await client.query('select pg_promote(true, 60)');
    });
    await this.untilItAnswers();
  }

  /** The server is stopped, and goes on with the files of a backup as if nothing had been. */
  async restore(backup: string): Promise<void> {
    await this.replaceBy(backup);
    await this.untilItAnswers();
  }

  private get cluster(): string {
    return join(this.server.dataDir, 'postgres');
  }

  private async replaceBy(backup: string): Promise<void> {
    const options = join(this.cluster, 'postmaster.opts');
    await cp(options, join(backup, 'postmaster.opts'));
    await this.process.kill();
    const lost = `${this.cluster}-lost-${Date.now()}`;
    await run('mv', [this.cluster, lost]);
    await run('cp', ['-a', backup, this.cluster]);
    await this.process.start();
  }

  private async write(file: string, content: string): Promise<void> {
    await writeFile(file, content);
    const { uid, gid } = await stat(this.cluster);
    await chown(file, uid, gid);
  }

  private async walWriter(): Promise<number> {
    return withClient(this.adminUrl, 'test', async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where backend_type = 'walwriter'`,
      );
      return rows[0].pid;
    });
  }

  private async untilItAnswers(): Promise<void> {
    await withClientOnceReady(this.adminUrl, async (client) => {
      await client.query('create temporary table answers ()');
    });
  }
}

const withClientOnceReady = (url: string, work: (client: Client) => Promise<void>): Promise<void> =>
  eventually(() => withClient(url, 'test', work));
