import type { Client } from 'pg';
import { type CopyMethod, obstaclesToReplication } from '../copy/copy-method';
import { HISTORY, pendingMigrations } from '../../provisioning/migrate';
import { migrationNames } from '../../provisioning/migration-files';
import { withDatabase } from '../../database/roles';
import {
  isNotMadeYet,
  nameOf,
  type DatabaseTarget,
  type Session,
  withAdministrator,
  withSession,
} from '../../placement/database-target';
import type { Placement } from '../../placement/placement';
import { rightsOutOfReach, TICKS } from '../../placement/rights';
import { standingOf } from '../../placement/standing';
import { insufficientDiskSpace } from './disk-space';
import { driftOf, judgeDrift, objectsIn } from './schema-drift';
import type { SchemaObject } from './schema-objects';
import { reasonNotToEmpty } from './target-data';

export interface MoveEndpoints {
  module: string;
  source: DatabaseTarget;
  target: DatabaseTarget;
  /** How the rows are copied. Undefined: by replication where both servers allow it. */
  copy?: CopyMethod;
  /** What no migration makes and may stay behind, by kind and name. */
  leave?: readonly string[];
}

/** What a look at both ends has found. */
export interface Findings {
  refusals: string[];
  warnings: string[];
}

const OLDEST_VERSION = 150_000;
/** Writes nothing but the mark of the place that it is called in, which no move copies. */
const SERVER_MARK = 'server_mark';
const NO_SUCH_DATABASE = '3D000';

/** Everything that keeps a module from being moved: what it is, where, and the way out. Changes nothing. */
export async function findingsOf({ module, source, target, copy, leave }: MoveEndpoints): Promise<Findings> {
  const refused = (...refusals: string[]): Findings => ({ refusals, warnings: [] });
  if (nameOf(source) === nameOf(target))
    return refused(`${module} is to go from ${nameOf(source)} to the same place. Name another database.`);
  const found = [...(await ofSource(source, module)), ...(await ofTarget(target, module))];
  if (found.length === 0) found.push(...(await insufficientDiskSpace({ module, source, target })));
  if (found.length === 0 && copy === 'replication')
    found.push(...(await obstaclesToReplication({ module, source, target })));
  if (found.length > 0) return refused(...found);
  // Only now both are sure to be what the look needs.
  return withSession(source, module, async (from) => {
    found.push(...(await rightsOutOfReach(from)), ...(await ofTargetData(from, target)));
    if (found.length > 0) return refused(...found);
    return judgeDrift(await driftOf(from, await madeIn(target, module)), nameOf(source), leave ?? []);
  });
}

const ofSource = (source: DatabaseTarget, module: string): Promise<string[]> =>
  withAdministrator(source, `check ${module}`, async (client) => {
    const where = nameOf(source);
    const tooOld = await olderServer(client, where);
    if (tooOld) return [tooOld];
    if (!(await holds(client, `to_regnamespace($1) is not null`, quoted(module))))
      return [
        `There is no schema "${module}" in ${where}. Check DATA_DIR or DATABASE_URL, or make it: npm run migrate`,
      ];
    const wanting = await missingRights(client, source, module);
    if (wanting.length > 0) return wanting;
    return [
      ...(await migrationsOff(client, source, module)),
      ...(await foreignKeys(client, where, module)),
      ...(await passesTheFence(client, where, module)),
      ...(await notCopied(client, where, module)),
      ...(await ownedByOthers(client, source, module)),
      ...(await preparedTransactions(client, where)),
      ...(await livesElsewhere(client, where, module)),
    ];
  });

async function ofTarget(target: DatabaseTarget, module: string): Promise<string[]> {
  const check = (client: Client): Promise<string[]> => targetServer(client, target, module);
  try {
    return await withAdministrator(target, `check ${module}`, check);
  } catch (error) {
    if ((error as { code?: string }).code !== NO_SUCH_DATABASE) throw error;
  }
  return withAdministrator(
    { adminUrl: withDatabase(target.adminUrl, 'postgres') },
    `check ${module}`,
    async (client) => {
      if (await holds(client, '(select rolcreatedb or rolsuper from pg_roles where rolname = current_user)'))
        return check(client);
      return [
        `The database ${nameOf(target)} does not exist, and this login may not create it. Create it, or name one that may.`,
      ];
    },
  );
}

async function targetServer(client: Client, target: DatabaseTarget, module: string): Promise<string[]> {
  const where = nameOf(target);
  const tooOld = await olderServer(client, where);
  if (tooOld) return [tooOld];
  const found: string[] = [];
  if (!(await holds(client, '(select rolcreaterole or rolsuper from pg_roles where rolname = current_user)')))
    found.push(`The login to ${where} may not create roles. Name an administrator's with --to-admin.`);
  if (!(await holds(client, `has_parameter_privilege(current_user, 'session_replication_role', 'set')`)))
    found.push(
      `The login to ${where} may not keep triggers from firing while it copies. As a superuser: grant set on parameter session_replication_role to ${await currentUser(client)}`,
    );
  if (found.length > 0 || !(await holds(client, 'to_regnamespace($1) is not null', quoted(module))))
    return found;
  return newerThanThis(client, target, module);
}

async function ofTargetData(from: Session, target: DatabaseTarget): Promise<string[]> {
  try {
    const forbidden = await withSession(target, from.module, (to) => reasonNotToEmpty(to, from));
    return forbidden ? [forbidden] : [];
  } catch (error) {
    // A database, or an owner, that is yet to be made holds nothing.
    if (isNotMadeYet(error)) return [];
    throw error;
  }
}

/** What is in the target already; nothing where it is yet to be made. */
async function madeIn(target: DatabaseTarget, module: string): Promise<SchemaObject[]> {
  try {
    return await withSession(target, module, objectsIn);
  } catch (error) {
    if (isNotMadeYet(error)) return [];
    throw error;
  }
}

async function olderServer(client: Client, where: string): Promise<string | undefined> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  if (rows[0].number >= OLDEST_VERSION) return undefined;
  return `The server of ${where} is PostgreSQL ${rows[0].version}; 15 is the oldest that Seamline works with. Upgrade it, or name another server.`;
}

async function missingRights(
  client: Client,
  { roles, adminUrl }: DatabaseTarget,
  module: string,
): Promise<string[]> {
  const where = nameOf({ adminUrl });
  const found: string[] = [];
  if (!(await holds(client, `pg_has_role(current_user, $1, 'usage')`, roles.owner)))
    found.push(
      `The login to ${where} may not act as ${roles.owner}, who owns the schema. As that role's administrator: grant it to the login.`,
    );
  if (
    !(await holds(
      client,
      `pg_has_role(current_user, $1, 'usage') or pg_has_role(current_user, 'pg_signal_backend', 'usage')`,
      roles.of(module),
    ))
  )
    found.push(
      `The login to ${where} may not end the sessions of ${roles.of(module)}. Grant it pg_signal_backend.`,
    );
  return found;
}

async function migrationsOff(client: Client, place: DatabaseTarget, module: string): Promise<string[]> {
  const pending = await pendingMigrations(client, module, place.migrations);
  if (pending.length > 0)
    return [
      `The schema "${module}" in ${nameOf(place)} is behind this code (${pending.join(', ')}). Run: npm run migrate`,
    ];
  return newerThanThis(client, place, module);
}

async function newerThanThis(client: Client, place: DatabaseTarget, module: string): Promise<string[]> {
  const table = `${client.escapeIdentifier(module)}.${HISTORY}`;
  if (!(await holds(client, 'to_regclass($1) is not null', table))) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${table}`);
  const known = migrationNames(module, place.migrations);
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  return [
    `The schema "${module}" in ${nameOf(place)} was migrated by newer code (${unknown.join(', ')}). Run this command from that code.`,
  ];
}

async function foreignKeys(client: Client, where: string, module: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; from: string; to: string }>(
    `select k.conname::text as name, k.conrelid::regclass::text as from, k.confrelid::regclass::text as to
     from pg_constraint k join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
     where k.contype = 'f' and a.relnamespace <> b.relnamespace and to_regnamespace($1) in (a.relnamespace, b.relnamespace) order by 1`,
    [quoted(module)],
  );
  return rows.map(
    ({ name, from, to }) =>
      `The foreign key ${name} in ${where} leads from ${from} to ${to}, across modules. Drop it; keep a copy of what you need by a subscription.`,
  );
}

async function passesTheFence(client: Client, where: string, module: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace = to_regnamespace($1) and p.prosecdef and p.proname not in ('${TICKS}', '${SERVER_MARK}')
       and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) r where r.grantee <> p.proowner and r.privilege_type = 'EXECUTE')`,
    [quoted(module)],
  );
  return rows.map(
    ({ name }) =>
      `The function ${name} in ${where} writes with its owner's rights and would pass the fence. Revoke the right to execute it until the module has moved.`,
  );
}

async function notCopied(client: Client, where: string, module: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = to_regnamespace($1) and relkind in ('m', 'f') order by 1`,
    [quoted(module)],
  );
  return rows.map(
    ({ name }) =>
      `${module}.${name} in ${where} is a materialised view or a foreign table, which is not copied. Drop it, and make it anew afterwards.`,
  );
}

async function ownedByOthers(client: Client, source: DatabaseTarget, module: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; owner: string }>(
    `select relname::text as name, pg_get_userbyid(relowner)::text as owner from pg_class
     where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'S') and pg_get_userbyid(relowner) <> $2 order by 1`,
    [quoted(module), source.roles.owner],
  );
  return rows.map(
    ({ name, owner }) =>
      `${module}.${name} in ${nameOf(source)} belongs to ${owner}, and no migration makes it. Make it with a migration of the module's, or drop it.`,
  );
}

async function preparedTransactions(client: Client, where: string): Promise<string[]> {
  const { rows } = await client.query<{ gid: string }>(
    'select gid from pg_prepared_xacts where database = current_database()',
  );
  return rows.map(
    ({ gid }) =>
      `The prepared transaction ${gid} in ${where} is open and cannot be waited for. Commit it or roll it back.`,
  );
}

/** The module's table of moves may be missing where migrations are. */
async function livesElsewhere(client: Client, where: string, module: string): Promise<string[]> {
  const table = `${client.escapeIdentifier(module)}.placement`;
  if (!(await holds(client, 'to_regclass($1) is not null', table))) return [];
  const { rows } = await client.query<Placement>(`select state, elsewhere from ${table}`);
  return rows.flatMap(({ state, elsewhere }) => {
    const standing = standingOf({ state });
    if (standing === 'here') return [];
    return standing === 'elsewhere'
      ? `${module} does not live in ${where} but in ${elsewhere}, and what is here is a copy. Move it from there.`
      : `${module} is on its way from ${where} to ${elsewhere}. Finish that move, or roll it back.`;
  });
}

async function holds(client: Client, condition: string, ...parameters: string[]): Promise<boolean> {
  const { rows } = await client.query<{ holds: boolean }>(`select ${condition} as holds`, parameters);
  return rows[0].holds;
}

const currentUser = async (client: Client): Promise<string> =>
  (await client.query<{ login: string }>('select current_user::text as login')).rows[0].login;

/** As `to_regnamespace` and its like want a name. */
const quoted = (name: string): string => `"${name}"`;
