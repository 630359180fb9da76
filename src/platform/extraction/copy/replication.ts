import { escapeIdentifier, escapeLiteral } from 'pg';
import { databaseOf, rolePassword, withLogin } from '../../database/roles';
import {
  asAdministrator,
  inTransaction,
  nameOf,
  type DatabaseTarget,
  rowsOf,
  type Session,
} from '../../placement/database-target';
import type { Move } from '../database/move-journal';
import { dropSlot } from './replication-slot';
import { tablesOf } from '../database/tables';

/**
 * What a move makes for replication is all called this: role, publication and slot in the old place, the
 * subscription in the new one.
 */
export const replicationOf = ({ move }: Move): string => `seamline_move_${move.replaceAll('-', '_')}`;

/** The same, of every move that is written down as having left from a place, or come there. */
const namesOf = (side: 'source' | 'target'): string =>
  `(select 'seamline_move_' || replace(move::text, '-', '_') from moves where side = '${side}')`;
const OF_THIS_DATABASE = `subdbid = (select oid from pg_database where datname = current_database())`;

/**
 * Publishes the module's tables, to a role that may do nothing but read the stream of their changes. Must
 * come before the slot: what was under way when a table was added to a publication is missing from a slot
 * that is older.
 */
export async function publishTables(source: Session, move: Move): Promise<void> {
  const [name, secret] = [replicationOf(move), source.database.secret];
  const [named, database] = [name, databaseOf(source.database.adminUrl)].map(escapeIdentifier);
  const tables = (await tablesOf(source)).map(
    (table) => `${escapeIdentifier(source.module)}.${escapeIdentifier(table.name)}`,
  );
  await asWhoMayReplicate(source, async () => {
    await source.client.query(
      `create role ${named} login replication noinherit password ${escapeLiteral(rolePassword(secret, name))}`,
    );
    await source.client.query(`grant connect on database ${database} to ${named}`);
    await source.client.query(
      `create publication ${named} for table ${tables.join(', ')} with (publish_via_partition_root = true)`,
    );
  });
}

/**
 * Subscribes to what is published, without beginning. The new place must reach the old one for it. Rows are
 * written as the owner of the tables, from whom no right is withheld; an error ends it, and it stays ended
 * until `resume`.
 */
export async function subscribe(source: DatabaseTarget, target: Session, move: Move): Promise<void> {
  const name = escapeIdentifier(replicationOf(move));
  await asWhoMayReplicate(target, async () => {
    // A subscription that makes its own slot waits for the transaction it is made in, when both ends are in
    // one cluster. The rows that are there already are copied by this tool.
    await target.client.query(
      `create subscription ${name} connection ${escapeLiteral(connectionTo(source, move))} publication ${name}
       with (enabled = false, create_slot = false, slot_name = ${name}, copy_data = false, disable_on_error = true)`,
    );
  });
}

/** Begins or goes on with what was subscribed to. In the caller's transaction. */
export async function resume(target: Session, move: Move): Promise<void> {
  await target.client.query('set local role none');
  await target.client.query(`alter subscription ${escapeIdentifier(replicationOf(move))} enable`);
  await target.client.query(`set local role ${escapeIdentifier(target.database.roles.owner)}`);
}

/** How a move's subscription is. An error has switched off what is not enabled. */
export async function subscriptionOf(target: Session, move: Move): Promise<{ enabled: boolean } | undefined> {
  const [subscription] = await rowsOf<{ enabled: boolean }>(
    target,
    `select subenabled as enabled from pg_subscription where ${OF_THIS_DATABASE} and subname = $1`,
    [replicationOf(move)],
  );
  return subscription;
}

/**
 * Ends the subscriptions of all moves to here. In the caller's transaction; the slots in the old place are
 * for `unpublish`.
 */
export async function unsubscribe(target: Session): Promise<void> {
  const subscriptions = await rowsOf<{ name: string }>(
    target,
    `select subname::text as name from pg_subscription where ${OF_THIS_DATABASE} and subname in ${namesOf('target')}`,
  );
  await target.client.query('set local role none');
  for (const { name } of subscriptions) {
    const subscription = escapeIdentifier(name);
    await target.client.query(`alter subscription ${subscription} disable`);
    await target.client.query(`alter subscription ${subscription} set (slot_name = none)`);
    await target.client.query(`drop subscription ${subscription}`);
  }
  await target.client.query(`set local role ${escapeIdentifier(target.database.roles.owner)}`);
}

/**
 * Takes away slots, publications and roles of all moves from here: an abandoned slot keeps the server's disk
 * filling.
 */
export async function unpublish(source: Session): Promise<void> {
  const database = escapeIdentifier(databaseOf(source.database.adminUrl));
  const named = (catalog: string, column: string): Promise<{ name: string }[]> =>
    rowsOf(source, `select ${column}::text as name from ${catalog} where ${column} in ${namesOf('source')}`);
  const slots = await named('pg_replication_slots', 'slot_name');
  const publications = await named('pg_publication', 'pubname');
  const roles = await named('pg_roles', 'rolname');
  await asAdministrator(source, async () => {
    for (const { name } of slots) await dropSlot(source, name);
    for (const { name } of publications)
      await source.client.query(`drop publication if exists ${escapeIdentifier(name)}`);
    for (const { name } of roles) {
      await source.client.query(`revoke connect on database ${database} from ${escapeIdentifier(name)}`);
      await source.client.query(`drop role if exists ${escapeIdentifier(name)}`);
    }
  });
}

/** As the new server sees the old one: under the same address as this tool. */
function connectionTo(source: DatabaseTarget, move: Move): string {
  const url = new URL(loginOf(source, move));
  const sslmode = url.searchParams.get('sslmode');
  const fields = {
    host: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port: url.port || '5432',
    dbname: databaseOf(url.href),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    connect_timeout: '10',
    ...(sslmode === null ? {} : { sslmode }),
  };
  const quoted = (value: string): string => `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
  return Object.entries(fields)
    .map(([field, value]) => `${field}=${quoted(value)}`)
    .join(' ');
}

/** The login of the role that a move makes in the old place. */
export const loginOf = ({ adminUrl, secret }: DatabaseTarget, move: Move): string =>
  withLogin(adminUrl, replicationOf(move), rolePassword(secret, replicationOf(move)));

/**
 * Keeps statements with a password out of the server's log. Without the privilege for that, the password is
 * short-lived anyway.
 */
const keepStatementsFromLog = (session: Session): Promise<unknown> =>
  session.client.query(
    `select set_config(name, value, true) from (values ('log_statement', 'none'), ('log_min_error_statement', 'panic'), ('log_min_duration_statement', '-1')) as quiet (name, value)
     where (select rolsuper from pg_roles where rolname = current_user)`,
  );

/** With the administrator's own rights, all of it or nothing. */
const asWhoMayReplicate = (session: Session, work: () => Promise<void>): Promise<void> =>
  inTransaction(session, async () => {
    await session.client.query('set local role none');
    await keepStatementsFromLog(session);
    await work();
  });

/** The message for a database that cannot be reached from the other one. */
export const unreachableFrom = (source: DatabaseTarget, target: DatabaseTarget, error: Error): string =>
  `${nameOf(target)} could not subscribe to ${nameOf(source)}: ${error.message}`;
