import { randomBytes } from 'node:crypto';
import { MIGRATIONS } from '../../../test/support/modules';
import { withClient } from '../database/admin-client';
import { migrate } from './migrate';
import { provision } from './provision';
import { Roles, withDatabase, withLogin } from '../database/roles';

const SERVER = process.env.SEAMLINE_TEST_ADMIN_URL ?? '';

describe('an administrator who is no superuser', () => {
  const database = `managed_${randomBytes(6).toString('hex')}`;
  const [first, second] = [`${database}_first`, `${database}_second`];
  const roles = new Roles(database);
  const said: string[] = [];

  const asSuperuser = (sql: string, place = 'postgres'): Promise<unknown> =>
    withClient(withDatabase(SERVER, place), 'test', (client) => client.query(sql));
  const target = (login: string, secret = 'for tests only') => ({
    adminUrl: withLogin(withDatabase(SERVER, database), login, 'x'),
    roles,
    modules: ['catalog'],
    migrations: MIGRATIONS,
    secret,
    log: (line: string) => said.push(line),
  });
  const refusalOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => new Error('not refused'),
      (error: Error) => error,
    );

  beforeAll(async () => {
    for (const login of [first, second])
      await asSuperuser(`create role ${login} login createrole password 'x'`);
    await asSuperuser(`create database ${database} owner ${first}`);
  });

  afterAll(async () => {
    await asSuperuser(`drop database ${database} with (force)`);
    for (const role of [roles.of('catalog'), roles.auditor, roles.owner, second, first])
      await asSuperuser(`drop role if exists ${role}`);
  });

  it('who owns the database provisions and migrates it, and nothing stays open', async () => {
    await provision(target(first));
    await migrate(target(first));
    expect(said.filter((line) => line.includes('keeps rights'))).toEqual([]);
  });

  it('and who came after the one that made the roles is told what to grant, in words that do', async () => {
    const { message } = await refusalOf(provision(target(second, 'another secret')));
    expect(message).toContain(`The administrator "${second}" of the database 127.0.0.1:`);
    expect(message).toMatch(/lacks a right: permission denied/);
    await asSuperuser(message.slice(message.indexOf('alter role')));
    await provision(target(second, 'another secret'));
    await migrate(target(second));
  });

  it('and who may not revoke what every role has says so, and how it is done', async () => {
    await asSuperuser(
      `alter database ${database} owner to ${first}; grant connect, create, temporary on database ${database} to public`,
    );
    await asSuperuser('grant usage on schema public to public', database);
    said.length = 0;
    await provision(target(second, 'another secret'));
    const line = said.find((text) => text.includes('keeps rights')) ?? '';
    expect(line).toContain(
      `which belongs to ${first} and not to this administrator: connect, temporary, usage of the schema public`,
    );
    await asSuperuser(line.slice(line.indexOf('revoke')), database);
    said.length = 0;
    await asSuperuser(`grant create, connect on database ${database} to ${second} with grant option`);
    await provision(target(second, 'another secret'));
    expect(said.filter((text) => text.includes('keeps rights'))).toEqual([]);
  });
});
