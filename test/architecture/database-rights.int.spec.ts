import { AppModule } from '../../src/app.module';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { withClient } from '../../src/platform/database/admin-client';
import { createTestDatabase, type Clone } from '../support/database';
import { moduleNames } from '../support/modules';
import { findForeignRights, isDenied, listTables } from './database-rights';
import {
  listedFor,
  OWNERS_FUNCTIONS,
  ownersFunctions,
  rightsElsewhere,
  rightsOnTables,
  unlistedPlatformTables,
} from './runtime-rights';

/** A message, but for its generation. */
const LOGGED = {
  columns:
    'generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version',
  values: `gen_random_uuid(), 'event', 'test', 'key', 'orders.test', 1, '{}', '{}', 0, 1`,
};

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
    const log = (await listTables(database.adminUrl)).filter(
      ({ schema, name }) => schema === module && /^outbox(_\d+)?$/.test(name),
    );
    expect(log.length).toBeGreaterThan(1);
    await withClient(url, 'rights test', async (client) => {
      await client.query('select from outbox limit 1');
      const { rows } = await client.query(`select has_any_column_privilege('outbox', 'insert') as insert`);
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

  it.each(moduleNames)('let %s do to each of its tables what is listed, and nothing else', async (module) => {
    const partition = /^outbox_\d+$/;
    await withClient(database.adminUrl, 'rights test', async (client) => {
      const found = await rightsOnTables(client, database.roles.of(module), module);
      const partitions = Object.keys(found).filter((name) => partition.test(name));
      expect(partitions).toEqual(['outbox_1']);
      expect(found).toEqual({ ...listedFor(module, found), outbox_1: [] });
      expect(await ownersFunctions(client, database.roles.of(module), module)).toEqual(OWNERS_FUNCTIONS);
      expect(await rightsElsewhere(client, database.roles.of(module))).toEqual([]);
    });
  });

  it('are listed for each table of the platform', async () => {
    await withClient(database.adminUrl, 'rights test', async (client) => {
      const schemas: object[] = [];
      for (const module of moduleNames)
        schemas.push(await rightsOnTables(client, database.roles.of(module), module));
      expect(unlistedPlatformTables(schemas)).toEqual(['outbox_1']);
    });
  });

  it('let the auditor call no function that writes', async () => {
    await withClient(database.adminUrl, 'rights test', async (client) => {
      for (const module of moduleNames)
        expect(await ownersFunctions(client, database.roles.auditor, module)).toEqual([]);
      expect(await rightsElsewhere(client, database.roles.auditor)).toEqual([]);
    });
  });

  it.each([
    ['take a place in the log of their choice', 'xid', `'5'`],
    ['take a number of their choice', 'seq', '5'],
    ['say when it was', 'created_at', 'now()'],
  ])('let no writer %s', async (_, column, value) => {
    await withClient(urlOf('orders'), 'rights test', async (client) => {
      const [columns, values] = [
        `${LOGGED.columns}, ${column}`,
        `(select generation from log_head), ${LOGGED.values}, ${value}`,
      ];
      expect(
        await isDenied(client, `insert into outbox (${columns}) overriding system value values (${values})`),
      ).toBe(true);
    });
  });

  it('let a writer append to the generation that is, and to no other', async () => {
    const own = await createTestDatabase();
    try {
      await withClient(own.adminUrl, 'rights test', (client) =>
        client.query(`set role ${own.roles.owner}; set search_path = orders; select begin_generation()`),
      );
      await withClient(
        own.connections.find(({ module }) => module === 'orders')!.url,
        'rights test',
        async (client) => {
          const append = (generation: string): string =>
            `insert into outbox (${LOGGED.columns}) values (${generation}, ${LOGGED.values})`;
          await client.query(append('(select generation from log_head)'));
          await client.query(append('2'));
          expect(await isDenied(client, append('1'))).toBe(true);
          // There is no partition for it.
          await expect(client.query(append('3'))).rejects.toMatchObject({ code: '23514' });
          const { rows } = await client.query('select * from take_tick()');
          expect(rows).toMatchObject([{ current_generation: 2, current_tick: '1' }]);
        },
      );
      await withClient(own.adminUrl, 'rights test', async (client) => {
        const { outbox_1, outbox_2, ...found } = await rightsOnTables(
          client,
          own.roles.of('orders'),
          'orders',
        );
        expect([outbox_1, outbox_2]).toEqual([[], []]);
        expect(found).toEqual(listedFor('orders', found));
      });
    } finally {
      await own.drop();
    }
  });

  it('let no module forge or remove a tick, move the head, or make a large object or a block of code', async () => {
    await withClient(urlOf('orders'), 'rights test', async (client) => {
      for (const sql of [
        `insert into ticks (generation, tick, snapshot) values (1, 7, '1:1:')`,
        'delete from ticks',
        'update log_head set tick = tick + 1',
        `select nextval('outbox_seq_seq')`,
        `select setval('outbox_seq_seq', 1)`,
        'select begin_generation()',
        'select lo_create(0)',
        `select lo_from_bytea(0, 'x')`,
        'do $$ begin end $$',
      ]) {
        expect(`${sql}: ${(await isDenied(client, sql)) ? 'denied' : 'allowed'}`).toBe(`${sql}: denied`);
      }
    });
  });

  it('let the auditor read everything and change nothing', async () => {
    const tables = await listTables(database.adminUrl);
    await withClient(database.connections[0].auditorUrl, 'rights test', async (client) => {
      for (const { schema, name } of tables) await client.query(`select from "${schema}"."${name}" limit 1`);
      for (const { schema, name } of tables)
        expect(await isDenied(client, `delete from "${schema}"."${name}" where false`)).toBe(true);
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
