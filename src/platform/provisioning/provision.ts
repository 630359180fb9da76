import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { allSettled } from '../kernel/all-settled';
import { codeOf } from '../database/driver-errors';
import { underAdvisoryLock, withBareClient, withClient } from '../database/admin-client';
import { requireUtf8Of } from '../database/session-settings';
import {
  databaseOf,
  targetNameOf,
  rolePassword,
  type Roles,
  withDatabase,
  withLogin,
} from '../database/roles';

export interface ProvisionOptions {
  /** A login that may create roles and schemas, with the database to provision. */
  adminUrl: string;
  roles: Roles;
  modules: readonly string[];
  /** Whether the whole server is Seamline's: then its other databases are closed as well. */
  isOwnServer?: boolean;
  /** What the roles' passwords are derived from. */
  secret: string;
  log: (line: string) => void;
}

const DUPLICATE_DATABASE = ['42P04', '23505'];
const NO_SUCH_DATABASE = '3D000';
const INSUFFICIENT_PRIVILEGE = '42501';
/** What a server says of a wrong password, and what some poolers say. */
const WRONG_PASSWORD = ['28P01', '08P01'];

/**
 * Makes sure that the database, one schema and one login role for each module, the owner and the auditor
 * exist, with exactly the rights they should have. Running it again changes nothing; a secret that has
 * changed sets the passwords anew.
 */
export async function provision(options: ProvisionOptions): Promise<void> {
  await provisionAs(options).catch((error: Error) => {
    throw codeOf(error) === INSUFFICIENT_PRIVILEGE ? tooWeak(options, error) : error;
  });
}

async function provisionAs(options: ProvisionOptions): Promise<void> {
  await inDatabase(options, async (client) => {
    await requireUtf8Of(client, options.adminUrl);
    await underAdvisoryLock(client, options.log, async () => {
      await client.query('begin');
      await client.query(`set local client_min_messages = 'warning'`);
      await ensureOwner(client, options);
      await closeToThePublic(client);
      await closeTheServerToThePublic(client, options);
      await ensureLogin(client, options, options.roles.auditor);
      await client.query(
        `alter role ${id(options.roles.auditor)} in database ${id(databaseOf(options.adminUrl))} set default_transaction_read_only = on`,
      );
      for (const module of options.modules) await ensureModule(client, options, module);
      await client.query('commit');
      await renewPasswords(client, options);
    });
    await sayWhatStaysOpen(client, options);
  });
}

/** A login that is no superuser may have come after the one that made the roles, or not own the database. */
function tooWeak({ adminUrl, roles, modules }: ProvisionOptions, cause: Error): Error {
  const login = id(decodeURIComponent(new URL(adminUrl).username));
  const database = id(databaseOf(adminUrl));
  const made = [roles.owner, roles.auditor, ...modules.map((module) => roles.of(module))].map(id).join(', ');
  return new Error(
    `The administrator ${login} of the database ${targetNameOf(adminUrl)} lacks a right: ${cause.message}. It needs CREATEROLE, the database, and ` +
      'the roles that another login has made there. As a superuser, or as that login, leaving out roles that are not there yet, run: ' +
      `alter role ${login} createrole; alter database ${database} owner to ${login}; grant ${made} to ${login} with admin option`,
    { cause },
  );
}

/** PostgreSQL only warns where a login may not revoke a right of every role. */
async function sayWhatStaysOpen(client: Client, { adminUrl, log }: ProvisionOptions): Promise<void> {
  const { rights, revocations, owner } = await openToEveryRole(client);
  if (rights.length === 0) return;
  log(
    `every role of the server keeps rights on the database ${databaseOf(adminUrl)}, which belongs to ${owner} and not to this administrator: ${rights.join(', ')}. ` +
      `To take them back, as ${owner} or a superuser, in that database: ${revocations.join('; ')}`,
  );
}

/** Makes the database where there is none. */
async function inDatabase(options: ProvisionOptions, work: (client: Client) => Promise<void>): Promise<void> {
  let isThere = false;
  const attempt = (): Promise<void> =>
    withClient(options.adminUrl, 'provision', (client) => {
      isThere = true;
      return work(client);
    });
  try {
    await attempt();
  } catch (error) {
    if (isThere || codeOf(error) !== NO_SUCH_DATABASE) throw error;
    await createDatabase(options);
    await attempt();
  }
}

async function createDatabase({ adminUrl, log }: ProvisionOptions): Promise<void> {
  const database = databaseOf(adminUrl);
  log(`creating the database ${database} ...`);
  await withClient(withDatabase(adminUrl, 'postgres'), 'provision', async (client) => {
    await client
      .query(`create database ${id(database)} template template0 encoding 'UTF8'`)
      .catch((failure: { code?: string }) => {
        // Another process was quicker.
        if (!DUPLICATE_DATABASE.includes(failure.code ?? '')) throw failure as Error;
      });
    const others = await otherDatabases(client, database);
    if (others.length > 0)
      log(
        `The database ${database} is new and empty, and this server has others of Seamline: ${others.join(', ')}. ` +
          `If one of them was meant, stop, correct the database's name, and remove ${database}.`,
      );
  });
}

/** The databases of a server whose roles are made as ours are: some of them, in the order of their names. */
async function otherDatabases(client: Client, database: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database
     where datname <> $1 and exists (select from pg_roles where rolname = datname || '_owner') and exists (select from pg_roles where rolname = datname || '_auditor')
     order by left(datname, 4) <> left($1, 4), datname limit 5`,
    [database],
  );
  return rows.map(({ name }) => name);
}

async function ensureOwner(client: Client, { roles }: ProvisionOptions): Promise<void> {
  if (!(await roleExists(client, roles.owner))) await client.query(`create role ${id(roles.owner)} nologin`);
  const { rows } = await client.query<{ enough: boolean }>(
    `select rolsuper or exists (select from pg_auth_members where roleid = $1::regrole and member = r.oid and pg_has_role(r.oid, $1::regrole, 'usage')) as enough
     from pg_roles r where rolname = current_user`,
    [id(roles.owner)],
  );
  // An administrator who is no superuser (a hosted server) may act as the owner only as its member.
  if (!rows[0].enough) await client.query(`grant ${id(roles.owner)} to current_user`);
}

/**
 * What every role may do in the database: by default connect to it, make temporary tables in it, and look
 * into the schema public.
 */
async function openToEveryRole(
  client: Client,
): Promise<{ rights: string[]; revocations: string[]; owner: string }> {
  const { rows } = await client.query<{ rights: string[]; revocations: string[]; owner: string }>(
    `select array(select right_name from unnest(array['connect', 'temporary']) right_name where has_database_privilege('public', d.oid, right_name))
              || array(select 'usage of the schema public' from public_schema) as rights,
            array(select format('revoke all on database %I from public', datname)
                  where has_database_privilege('public', d.oid, 'connect') or has_database_privilege('public', d.oid, 'temporary'))
              || array(select 'revoke all on schema public from public' from public_schema) as revocations,
            pg_get_userbyid(datdba)::text as owner
     from pg_database d where datname = current_database()`.replaceAll(
      'from public_schema',
      `from pg_namespace n where nspname = 'public' and (has_schema_privilege('public', n.oid, 'usage') or has_schema_privilege('public', n.oid, 'create'))`,
    ),
  );
  return rows[0];
}

/** Nothing is asked for that is so already: another administrator than the owner may not even ask. */
async function closeToThePublic(client: Client): Promise<void> {
  for (const revocation of (await openToEveryRole(client)).revocations) await client.query(revocation);
}

const LARGE_OBJECTS =
  '^lo_?(creat|create|from_bytea|import|export|open|write|put|truncate|truncate64|unlink)$';

/**
 * What every role may do by the server's defaults and no module needs: make large objects, run blocks of
 * code. Functions of the system and languages belong to the server's superuser, so another administrator
 * leaves them as they are.
 */
async function closeTheServerToThePublic(
  client: Client,
  { roles, log, isOwnServer }: ProvisionOptions,
): Promise<void> {
  const { rows: is } = await client.query<{ superuser: boolean }>(
    `select rolsuper as superuser from pg_roles where rolname = current_user`,
  );
  if (!is[0].superuser) return;
  const { rows } = await client.query<{ statement: string }>(
    `select format('revoke execute on function %s from public', oid::regprocedure) as statement from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and proname ~ $1 and has_function_privilege('public', oid, 'execute')
     union all
     select format('revoke usage on language %I from public; grant usage on language %1$I to %I', lanname, $2::text) from pg_language
     where lanpltrusted and (has_language_privilege('public', oid, 'usage') or not has_language_privilege($2, oid, 'usage'))`,
    [LARGE_OBJECTS, roles.owner],
  );
  for (const { statement } of rows) await client.query(statement);
  if (isOwnServer)
    await client.query('revoke connect, temporary on database postgres, template1 from public');
  else await tellOfOtherDatabases(client, roles, log);
}

/**
 * Connect privileges on other databases are up to their owners; a notice is logged once, before the roles are
 * created.
 */
async function tellOfOtherDatabases(
  client: Client,
  roles: Roles,
  log: (line: string) => void,
): Promise<void> {
  if (await roleExists(client, roles.auditor)) return;
  const { rows } = await client.query<{ name: string }>(
    `select datname::text as name from pg_database where datallowconn and datname <> current_database() and has_database_privilege('public', oid, 'connect') order by 1`,
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  log(
    `every role of this server may also connect to ${names}. To keep Seamline's out: revoke connect on database ... from public`,
  );
}

async function ensureModule(client: Client, options: ProvisionOptions, module: string): Promise<void> {
  const { roles, adminUrl } = options;
  const [schema, owner, role] = [module, roles.owner, roles.of(module)].map(id);
  await ensureLogin(client, options, roles.of(module));
  await client.query(`
    create schema if not exists ${schema} authorization ${owner};
    set local role ${owner};
    ${rightsInSchema(module, module, roles)}
    reset role;
    alter role ${role} in database ${id(databaseOf(adminUrl))} set search_path = ${schema};
  `);
}

/**
 * The statements that give a module's role and the auditor their rights in a schema, and in what is made
 * there later. As its owner.
 */
export function rightsInSchema(name: string, module: string, roles: Roles): string {
  const [schema, auditor, role] = [name, roles.auditor, roles.of(module)].map(id);
  return `
    grant usage on schema ${schema} to ${role}, ${auditor};
    alter default privileges in schema ${schema} grant select, insert, update on tables to ${role};
    alter default privileges in schema ${schema} revoke delete on tables from ${role};
    alter default privileges in schema ${schema} grant usage on sequences to ${role};
    alter default privileges in schema ${schema} revoke select on sequences from ${role};
    alter default privileges in schema ${schema} grant select on tables to ${auditor};`;
}

async function ensureLogin(
  client: Client,
  { adminUrl, secret }: ProvisionOptions,
  role: string,
): Promise<void> {
  if (!(await roleExists(client, role))) {
    await client.query(
      `create role ${id(role)} login nosuperuser nocreatedb nocreaterole noinherit password ${escapeLiteral(rolePassword(secret, role))}`,
    );
  }
  await client.query(`grant connect on database ${id(databaseOf(adminUrl))} to ${id(role)}`);
}

/**
 * Writes a password only when the stored one does not let the role in, so that a start without changes writes
 * none.
 */
async function renewPasswords(client: Client, options: ProvisionOptions): Promise<void> {
  const { roles, modules, secret, log } = options;
  const logins = [roles.auditor, ...modules.map((module) => roles.of(module))];
  const isRefused = await allSettled(logins.map((role) => isPasswordRefused(options, role)));
  for (const role of logins.filter((_, index) => isRefused[index])) {
    log(`the secret has changed: setting the password of the role ${role} anew ...`);
    await client.query(`alter role ${id(role)} password ${escapeLiteral(rolePassword(secret, role))}`);
  }
}

async function isPasswordRefused({ adminUrl, secret }: ProvisionOptions, role: string): Promise<boolean> {
  try {
    await withBareClient(
      withLogin(adminUrl, role, rolePassword(secret, role)),
      'provision',
      async () => undefined,
    );
    return false;
  } catch (error) {
    if (WRONG_PASSWORD.includes(codeOf(error) ?? '')) return true;
    throw error;
  }
}

async function roleExists(client: Client, role: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  return rowCount === 1;
}

const id = escapeIdentifier;
