import { createTestDatabase, type Clone } from '../../../test/support/database';
import { MIGRATIONS } from '../../../test/support/modules';
import { withClient } from '../database/admin-client';
import { openModuleDatabases } from '../database/data-sources';
import { migrate } from './migrate';
import { provision } from './provision';
import { databaseOf, Roles, withDatabase } from '../database/roles';

describe.each(['LATIN1', 'SQL_ASCII'])('a database whose encoding is %s', (encoding) => {
  let clone: Clone;
  let adminUrl: string;

  beforeAll(async () => {
    clone = await createTestDatabase();
    adminUrl = withDatabase(clone.adminUrl, `${clone.name}_other`);
    await administer(
      `create database ${databaseOf(adminUrl)} template template0 encoding '${encoding}' locale 'C'`,
    );
  });

  afterAll(async () => {
    await administer(`drop database ${databaseOf(adminUrl)}`);
    await clone.drop();
  });

  const administer = (sql: string): Promise<unknown> =>
    withClient(clone.adminUrl, 'test', (client) => client.query(sql));
  const wayOut = new RegExp(`its encoding is ${encoding}.* must be UTF8.*template0 encoding 'UTF8'`);

  it('is refused before anything is made in it', async () => {
    const roles = new Roles(databaseOf(adminUrl));
    const target = { adminUrl, roles, modules: ['catalog'], migrations: MIGRATIONS, log: () => undefined };
    await expect(provision({ ...target, secret: 'for tests only' })).rejects.toThrow(wayOut);
    await expect(migrate(target)).rejects.toThrow(wayOut);
    await withClient(adminUrl, 'test', async (client) => {
      const { rows } = await client.query(
        `select to_regnamespace('catalog') is null as empty, (select count(*)::int from pg_roles where rolname = $1) as roles`,
        [roles.owner],
      );
      expect(rows).toEqual([{ empty: true, roles: 0 }]);
    });
  });

  it('is refused to a module, naming both', async () => {
    const [{ module, url, auditorUrl }] = clone.connections;
    const elsewhere = { module, url: withDatabase(url, databaseOf(adminUrl)), auditorUrl };
    const opened = openModuleDatabases([elsewhere], () => [], {
      poolSize: 2,
      leaseMs: 30_000,
      log: () => undefined,
    });
    await expect(opened).rejects.toThrow(
      new RegExp(
        `The module "${module}" cannot work with its database .*${databaseOf(adminUrl)}: .*${wayOut.source}`,
      ),
    );
  });
});
