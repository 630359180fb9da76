import { MIGRATIONS } from '../../../test/support/modules';
import { startPgbouncer, type Pooler, type PoolMode } from '../../../test/support/pgbouncer';
import {
  debianPrograms,
  describeWithDebian,
  startStockServer,
  type StockServer,
} from '../../../test/support/stock-server';
import { withBareClient, withClient } from '../database/admin-client';
import { openModuleDatabases } from '../database/data-sources';
import { migrate } from './migrate';
import type { ModuleConnection } from '../database/module-connection';
import { provision } from './provision';
import { rolePassword, Roles, withDatabase, withLogin } from '../database/roles';
import { isTransient } from '../subscriptions/failure';

const DATABASE = 'pooled';
const SECRET = 'for tests only';
const roles = new Roles(DATABASE);
const options = { poolSize: 2, leaseMs: 30_000, log: () => undefined };

describeWithDebian("behind Debian's pgbouncer", () => {
  let server: StockServer;
  let pooler: Pooler | undefined;
  let adminUrl: string;

  beforeAll(async () => {
    server = await startStockServer(debianPrograms());
    adminUrl = withDatabase(server.adminUrl, DATABASE);
    const target = { adminUrl, roles, modules: ['catalog'], migrations: MIGRATIONS, log: () => undefined };
    await provision({ ...target, secret: SECRET });
    await migrate(target);
  });

  afterEach(() => pooler?.stop());
  afterAll(() => server?.stop());

  const start = async (mode: PoolMode, more?: string): Promise<Pooler> =>
    (pooler = await startPgbouncer(server, mode, more));
  const catalogThrough = ({ through }: Pooler): ModuleConnection => {
    const as = (role: string): string => withLogin(through(adminUrl), role, rolePassword(SECRET, role));
    return { module: 'catalog', url: as(roles.of('catalog')), auditorUrl: as(roles.auditor) };
  };
  const open = (through: Pooler) => openModuleDatabases([catalogThrough(through)], () => [], options);
  const refusalOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => new Error('not refused'),
      (error: Error) => error,
    );

  it('sessions have what correctness and speed rest on in session mode, whatever the pooler does with startup options', async () => {
    const databases = await open(await start('session'));
    try {
      const source = databases.of('catalog');
      const names = [
        'search_path',
        'statement_timeout',
        'lock_timeout',
        'idle_in_transaction_session_timeout',
        'idle_session_timeout',
        'jit',
      ];
      const settingsOf = () =>
        source.query<{ pid: number; settings: string[] }[]>(
          'select pg_backend_pid() as pid, (select array_agg(setting order by array_position($1::text[], name)) from pg_settings where name = any ($1)) as settings, pg_sleep(0.1)::text',
          [names],
        );
      const all = (await Promise.all([settingsOf(), settingsOf()])).flat();
      expect(new Set(all.map(({ pid }) => pid)).size).toBe(2);
      for (const { settings } of all)
        expect(settings).toEqual(['"catalog"', '15000', '7500', '20000', '40000', 'off']);
    } finally {
      await databases.close();
    }
  });

  it('administrators provision and migrate in session mode', async () => {
    const { through } = await start('session');
    const target = {
      adminUrl: through(adminUrl),
      roles,
      modules: ['catalog', 'pricing'],
      migrations: MIGRATIONS,
      log: () => undefined,
    };
    await provision({ ...target, secret: SECRET });
    expect((await migrate(target)).has('pricing')).toBe(true);
    // Another secret, and back again.
    await provision({ ...target, secret: 'another one' });
    await provision({ ...target, secret: SECRET });
    await (await open(pooler!)).close();
  });

  it.each(['transaction', 'statement'] as const)(
    'a module is refused in %s mode with the way out',
    async (mode) => {
      const refusal = await refusalOf(open(await start(mode)));
      expect(refusal.message).toMatch(
        /^The module "catalog" cannot work with its database 127.0.0.1:\d+\/pooled: /,
      );
      expect(refusal.message).toContain('pool_mode = session');
      expect(isTransient(refusal)).toBe(true);
      // Sessions that others share have been left as they were.
      await withBareClient(catalogThrough(pooler!).url, 'test', async (client) => {
        expect((await client.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }]);
      });
    },
  );

  it('a module is refused in transaction mode also where the pooler hands its sessions out in turn', async () => {
    const through = await start('transaction', 'server_round_robin = 1');
    // Several sessions that are free.
    const url = catalogThrough(through).url;
    const idle = await Promise.all(
      [1, 2, 3].map(() =>
        withBareClient(url, 'test', async (client) => void (await client.query('select pg_sleep(0.2)'))),
      ),
    );
    expect(idle).toHaveLength(3);
    expect((await refusalOf(open(through))).message).toContain('pool_mode = session');
  });

  it('an administrator is refused in transaction mode before anything is done or locked', async () => {
    const { through } = await start('transaction');
    const target = {
      adminUrl: through(adminUrl),
      roles,
      modules: ['shipping'],
      migrations: MIGRATIONS,
      log: () => undefined,
    };
    expect((await refusalOf(provision({ ...target, secret: SECRET }))).message).toContain(
      'pool_mode = session',
    );
    expect((await refusalOf(migrate(target))).message).toContain('pool_mode = session');
    await withClient(adminUrl, 'test', async (client) => {
      const { rows } = await client.query(
        `select (select count(*)::int from pg_locks where locktype = 'advisory') as locks, to_regnamespace('shipping') is null as absent`,
      );
      expect(rows).toEqual([{ locks: 0, absent: true }]);
    });
  });

  it('a pool that gives no second session is no reason to refuse session mode', async () => {
    const through = await start('session', 'default_pool_size = 1\nreserve_pool_size = 0');
    const databases = await openModuleDatabases([catalogThrough(through)], () => [], {
      ...options,
      poolSize: 1,
    });
    try {
      expect(await databases.of('catalog').query('select current_schema()::text as here')).toEqual([
        { here: 'catalog' },
      ]);
    } finally {
      await databases.close();
    }
  });
});
