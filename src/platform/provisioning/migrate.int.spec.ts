import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS, moduleNames } from '../../../test/support/modules';
import { withClient } from '../database/admin-client';
import { migrationNames } from './migration-files';
import { migrate, type MigrateOptions } from './migrate';
import { provision } from './provision';
import { Roles, withDatabase } from '../database/roles';

/** Everything that migrating and provisioning could change: tables, columns, functions, rights, histories. */
const CATALOG = `
  select md5(string_agg(line, E'\\n' order by line)) as fingerprint from (
    select format('%s.%s %s %s', n.nspname, c.relname, c.relkind, c.relacl) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any($1)
    union all select format('%s %s %s', attrelid::regclass, attname, atttypid::regtype) from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = any($1)
    union all select format('%s %s %s', p.oid::regprocedure, p.prosrc, p.proacl) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any($1)
    union all select format('%s %s', nspname, nspacl) from pg_namespace where nspname = any($1)
    union all select format('%s %s', defaclnamespace::regnamespace, defaclacl) from pg_default_acl
    union all select format('%s %s', datname, datacl) from pg_database where datname = current_database()
    union all select format('%s %s', rolname, rolpassword) from pg_authid where starts_with(rolname, current_database())
    union all select format('%s %s %s', roleid::regrole, member::regrole, admin_option) from pg_auth_members
  ) as described(line)`;

describe('provisioning and migrating', () => {
  let target: MigrateOptions;
  const secret = 'a secret for this test';
  const ofPlatform = migrationNames('no-module-of-this-name', MIGRATIONS);

  beforeEach(() => {
    const database = `migrate_${randomBytes(6).toString('hex')}`;
    const adminUrl = withDatabase(process.env.SEAMLINE_TEST_ADMIN_URL ?? '', database);
    target = {
      adminUrl,
      roles: new Roles(database),
      modules: moduleNames,
      migrations: MIGRATIONS,
      log: () => undefined,
    };
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await withClient(withDatabase(target.adminUrl, 'postgres'), 'test', async (client) => {
      await client.query(`drop database if exists ${target.roles.database} with (force)`);
      const { rows } = await client.query<{ rolname: string }>(
        `select rolname from pg_roles where starts_with(rolname, $1)`,
        [`${target.roles.database}_`],
      );
      for (const { rolname } of rows) await client.query(`drop role ${rolname}`);
    });
  });

  it('make a new database whole, and change nothing when they run again', async () => {
    await provision({ ...target, secret });
    const first = await migrate(target);
    expect([...first.keys()]).toEqual(moduleNames);
    for (const module of moduleNames)
      expect(first.get(module)?.sort()).toEqual(migrationNames(module, MIGRATIONS).sort());
    const before = await fingerprint();

    await provision({ ...target, secret });
    expect((await migrate(target)).size).toBe(0);
    expect(await fingerprint()).toBe(before);
  });

  it('are safe from several processes at once', async () => {
    const runs = await Promise.all(
      [1, 2, 3].map(async () => {
        await provision({ ...target, secret });
        return migrate(target);
      }),
    );
    expect(runs.filter((ran) => ran.size > 0)).toHaveLength(1);
    for (const module of moduleNames)
      expect((await history(module)).sort()).toEqual(migrationNames(module, MIGRATIONS).sort());
  });

  it('set the passwords anew when the secret has changed', async () => {
    await provision({ ...target, secret });
    const before = await passwords();
    await provision({ ...target, secret: 'another secret' });
    expect(await passwords()).not.toEqual(before);
  });

  it('run a migration as the owner, in the schema, with the role to grant to at hand; a failing one leaves no trace', async () => {
    const root = mkdtempSync(join(tmpdir(), 'seamline-migrations-'));
    try {
      const only = { ...target, modules: ['catalog'], migrations: root };
      await provision({ ...only, secret });
      write(
        root,
        '0001-probe.js',
        'Probe0000000000001001',
        `create table probe as select current_user::text as who, current_schema()::text as place, current_setting('seamline.runtime_role') as role`,
      );
      await migrate(only);
      write(root, '0002-broken.js', 'Broken0000000000001002', 'create table half (id int); select 1 / 0');
      // TypeORM says it as well, whatever its logging is set to.
      jest.spyOn(console, 'log').mockImplementation();
      await expect(migrate(only)).rejects.toThrow(
        'A migration of the module "catalog" failed and was rolled back: division by zero',
      );

      await withClient(only.adminUrl, 'test', async (client) => {
        const { rows } = await client.query('select *, to_regclass($1) as half from catalog.probe', [
          'catalog.half',
        ]);
        expect(rows).toEqual([
          { who: target.roles.owner, place: 'catalog', role: target.roles.of('catalog'), half: null },
        ]);
      });
      // After what every schema gets from the platform.
      expect((await history('catalog')).filter((name) => !ofPlatform.includes(name))).toEqual([
        'Probe0000000000001001',
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  const query = <T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    withClient(target.adminUrl, 'test', async (client) => (await client.query<T>(sql, parameters)).rows);

  const fingerprint = async (): Promise<string> =>
    (await query<{ fingerprint: string }>(CATALOG, [moduleNames]))[0].fingerprint;
  const history = async (module: string): Promise<string[]> =>
    (await query<{ name: string }>(`select name from ${module}.migrations`)).map(({ name }) => name);
  const passwords = (): Promise<object[]> =>
    query(
      'select rolname, rolpassword from pg_authid where starts_with(rolname, $1) and rolcanlogin order by 1',
      [`${target.roles.database}_`],
    );

  function write(root: string, file: string, name: string, sql: string): void {
    mkdirSync(join(root, 'catalog'), { recursive: true });
    writeFileSync(
      join(root, 'catalog', file),
      `exports.Migration = class { name = ${JSON.stringify(name)}; async up(runner) { await runner.query(${JSON.stringify(sql)}); } async down() {} };`,
    );
  }
});
