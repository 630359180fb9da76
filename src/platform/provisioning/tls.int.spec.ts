import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrivateAuthority } from '../../../test/support/certificates';
import { eventually } from '../../../test/support/eventually';
import { MIGRATIONS } from '../../../test/support/modules';
import { startTestServer } from '../../../test/support/test-server';
import { readSettings } from '../config/settings';
import { withBareClient, withClient } from '../database/admin-client';
import { openModuleDatabases } from '../database/data-sources';
import { prepareDatabase } from './prepare-database';
import { withDatabase } from '../database/roles';

const run = promisify(execFile);
const SECRET = 'for tests only, and long enough';

describe('a server whose certificate is of a private authority', () => {
  const authority = new PrivateAuthority();
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let cluster: string;
  let folder: string;
  let authorityFile: string;

  beforeAll(async () => {
    server = await startTestServer();
    cluster = join(server.dataDir, 'postgres');
    folder = await mkdtemp(join(tmpdir(), 'seamline-tls-'));
    authorityFile = join(folder, 'ca.pem');
    await writeFile(authorityFile, authority.certificate);
    await certify({ host: 'localhost' });
  });

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const administer = (sql: string): Promise<unknown> =>
    withClient(server.adminUrl, 'test', async (client) => {
      for (const statement of sql.split(';')) await client.query(statement);
    });

  /** Gives the running server a certificate, with which it answers from then on. */
  const certify = async (wanted: Parameters<PrivateAuthority['issue']>[0]): Promise<void> => {
    const { certificate, key } = authority.issue(wanted);
    const { uid, gid } = await stat(cluster);
    for (const [name, text] of [
      ['server.crt', certificate],
      ['server.key', key],
    ]) {
      await writeFile(join(cluster, name), text, { mode: 0o600 });
      await chown(join(cluster, name), uid, gid);
    }
    await administer('alter system set ssl = on; select pg_reload_conf()');
    await eventually(async () => {
      await withBareClient(url('localhost', 'sslmode=no-verify', 'postgres'), 'test', (client) =>
        client.query('select'),
      );
    });
  };
  const url = (host: string, query: string, database = 'secured'): string => {
    const made = new URL(withDatabase(server.adminUrl, database));
    made.hostname = host;
    made.search = query;
    return made.href;
  };
  const verified = (host: string, more = ''): string => url(host, `sslmode=verify-full${more}`);
  const trusting = (host: string): string => verified(host, `&sslrootcert=${authorityFile}`);

  const prepare = (address: string) =>
    prepareDatabase({
      settings: readSettings({
        DATABASE_URL: address,
        DATABASE_ADMIN_URL: address,
        DATABASE_ROLE_SECRET: SECRET,
      }).database,
      modules: { all: ['catalog'], hosted: ['catalog'] },
      migrations: MIGRATIONS,
      log: () => undefined,
    });
  const refusalOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'not refused',
      (error: Error) => error.message,
    );

  const open = async (address: string): Promise<void> => {
    const options = { poolSize: 2, leaseMs: 30_000, log: () => undefined };
    const connection = { module: 'catalog', url: address, auditorUrl: address };
    await (await openModuleDatabases([connection], () => [], options)).close();
  };
  /** What the start says of a URL, first as an administrator's and then as a module's. */
  const saidOf = async (address: string): Promise<string[]> => [
    await refusalOf(prepare(address)),
    await refusalOf(open(address)),
  ];
  const names = (host: string): RegExp[] => [
    new RegExp(
      `^The database ${host}:\\d+/secured cannot be prepared with the login in DATABASE_ADMIN_URL: `,
    ),
    new RegExp(`^The module "catalog" cannot connect to its database ${host}:\\d+/secured: `),
  ];
  const refusals = async (host: string, address: string, ...words: string[]): Promise<void> => {
    const said = await saidOf(address);
    for (const [index, named] of names(host).entries()) {
      expect(said[index]).toMatch(named);
      for (const word of words) expect(said[index]).toContain(word);
    }
  };

  it('is reached where the URL names the authority', async () => {
    expect(await saidOf(trusting('localhost'))).toEqual(['not refused', 'not refused']);
    await withClient(trusting('localhost'), 'test', async (client) => {
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      expect(rows).toEqual([{ ssl: true }]);
    });
  });

  it('is reached where NODE_EXTRA_CA_CERTS names it', async () => {
    const program = `const { Client } = require('pg'); const client = new Client(process.argv[1]);
      client.connect().then(() => client.end()).catch((error) => { console.error(error.code); process.exit(1); });`;
    const connects = (env: object) =>
      run(process.execPath, ['-e', program, verified('localhost')], { env: { ...process.env, ...env } });
    await connects({ NODE_EXTRA_CA_CERTS: authorityFile });
    await expect(connects({})).rejects.toThrow('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it.each(['verify-full', 'verify-ca', 'require'])(
    'is refused with the way out where nothing names it: sslmode=%s',
    async (mode) => {
      const said = [
        'of an authority that this machine does not trust',
        'sslrootcert=/path/to/ca.pem',
        'NODE_EXTRA_CA_CERTS',
      ];
      await refusals('localhost', url('localhost', `sslmode=${mode}`), ...said);
    },
  );

  it('is refused under another name than its certificate has', async () => {
    await refusals('127.0.0.1', trusting('127.0.0.1'), 'Let the URL name the host as the certificate does');
  });

  it('is refused where the file of the authority is not there', async () => {
    await refusals(
      'localhost',
      verified('localhost', '&sslrootcert=/no/such/ca.pem'),
      '/no/such/ca.pem',
      'check sslrootcert',
    );
  });

  it('is refused when its certificate has expired', async () => {
    await certify({ host: 'localhost', expires: Date.now() - 60_000 });
    await refusals('localhost', trusting('localhost'), 'Its certificate has expired');
  });

  it('says that it speaks no TLS, or that it wants it', async () => {
    await administer('alter system set ssl = off; select pg_reload_conf()');
    await eventually(async () =>
      expect((await saidOf(trusting('localhost')))[0]).toContain('does not support SSL'),
    );
    await refusals('localhost', trusting('localhost'), 'turn ssl on there');
    await administer('alter system set ssl = on');
    await writeFile(join(cluster, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
    await administer('select pg_reload_conf()');
    await eventually(async () =>
      expect((await saidOf(url('localhost', '')))[0]).toContain(
        'where it wants TLS, add ?sslmode=verify-full',
      ),
    );
    await refusals('localhost', url('localhost', ''), 'where it wants TLS, add ?sslmode=verify-full');
  });
});
