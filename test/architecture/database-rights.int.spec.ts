import { AppModule } from '../../src/app.module';
import { boundedContextsOf } from '../../src/platform/start/bounded-contexts';
import { withClient } from '../../src/platform/database/admin-client';
import { createTestDatabase, type Clone } from '../support/database';
import { moduleNames } from '../support/modules';
import { findForeignRights, isDenied, listTables } from './database-rights';

describe('the rights of the modules in the database', () => {
  let database: Clone;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('cover every module that the code lists, each with tables of its own', async () => {
    const schemas = new Set((await listTables(database.adminUrl)).map(({ schema }) => schema));
    const listed = boundedContextsOf(AppModule)
      .map(({ name }) => name)
      .sort();
    expect(listed.length).toBeGreaterThan(1);
    expect(moduleNames).toEqual(listed);
    expect(database.connections.map(({ module }) => module)).toEqual(listed);
    expect([...schemas].sort()).toEqual([...moduleNames].sort());
  });

  it('let no module read, write or create anything in the schema of another', async () => {
    expect(await findForeignRights(database)).toEqual([]);
  });

  it.each(moduleNames)('let %s append to its log and read it, but never rewrite it', async (module) => {
    const url = urlOf(module);
    const log = (await listTables(database.adminUrl)).filter(({ schema, name }) => schema === module && /^outbox(_\d+)?$/.test(name));
    expect(log.length).toBeGreaterThan(1);
    await withClient(url, 'rights test', async (client) => {
      await client.query('select from outbox limit 1');
      const { rows } = await client.query(`select has_table_privilege('outbox', 'insert') as insert`);
      expect(rows).toEqual([{ insert: true }]);
      for (const { name, column } of log) {
        expect(await isDenied(client, `update ${name} set ${column} = default where false`)).toBe(true);
        expect(await isDenied(client, `delete from ${name} where false`)).toBe(true);
        expect(await isDenied(client, `truncate ${name}`)).toBe(true);
      }
    });
  });

  it.each(moduleNames)(
    'let %s neither change its schema, nor its history, nor become its owner, nor make temporary tables',
    async (module) => {
      await withClient(urlOf(module), 'rights test', async (client) => {
        for (const sql of [
          'create table planted (id int)',
          'create temporary table planted (id int)',
          'create table public.planted (id int)',
          'alter table log_head add planted int',
          'delete from migrations where false',
          `set role ${database.roles.owner}`,
        ]) {
          expect(`${sql}: ${(await isDenied(client, sql)) ? 'denied' : 'allowed'}`).toBe(`${sql}: denied`);
        }
      });
    },
  );

  it('let the auditor read everything and change nothing', async () => {
    const tables = await listTables(database.adminUrl);
    await withClient(database.connections[0].auditorUrl, 'rights test', async (client) => {
      for (const { schema, name } of tables) await client.query(`select from "${schema}"."${name}" limit 1`);
      for (const { schema, name } of tables) expect(await isDenied(client, `delete from "${schema}"."${name}" where false`)).toBe(true);
    });
  });

  it('are checked in earnest: a planted grant is reported', async () => {
    const planted = await createTestDatabase();
    try {
      const [thief, victim] = moduleNames;
      const role = planted.roles.of(thief);
      await withClient(planted.adminUrl, 'rights test', (client) =>
        client.query(
          `grant usage, create on schema ${victim} to ${role}; grant select, delete on ${victim}.log_head to ${role}; grant insert, update on ${victim}.ticks to ${role}`,
        ),
      );
      expect((await findForeignRights(planted)).sort()).toEqual(
        [
          `${role} has CREATE in ${victim}`,
          `${role} has DELETE on ${victim}.log_head`,
          `${role} has INSERT on ${victim}.ticks`,
          `${role} has SELECT on ${victim}.log_head`,
          `${role} has UPDATE on ${victim}.ticks`,
          `${role} has USAGE on ${victim}`,
        ].sort(),
      );
    } finally {
      await planted.drop();
    }
  });

  const urlOf = (module: string): string => {
    const connection = database.connections.find((candidate) => candidate.module === module);
    if (!connection) throw new Error(`no connection for ${module}`);
    return connection.url;
  };
});
