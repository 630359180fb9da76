import type { Client } from 'pg';
import {
  nameOf,
  type DatabaseTarget,
  withAdministrator,
  withServerOf,
} from '../../placement/database-target';
import { LOCAL_TABLES } from '../database/tables';

/**
 * Replication: ahead of the fence, while the module works. Snapshot: behind the fence, while writes are
 * rejected.
 */
export const COPY_METHODS = ['replication', 'snapshot'] as const;
export type CopyMethod = (typeof COPY_METHODS)[number];

const FIRST_WITH_RIGHTS_TO_SUBSCRIBE = 160_000;

/** What an old place offers. */
const PUBLISHER = `
  select current_setting('wal_level') as wal_level, current_setting('max_replication_slots')::int - (select count(*) from pg_replication_slots)::int as slots,
         current_setting('max_wal_senders')::int - (select count(*) from pg_stat_activity where backend_type = 'walsender')::int as senders,
         rolsuper or (rolcreaterole and rolreplication and current_setting('server_version_num')::int >= ${FIRST_WITH_RIGHTS_TO_SUBSCRIBE}) as may_make_role,
         current_user::text as login
  from pg_roles where rolname = current_user`;

/** What a new place offers. Each subscription keeps a worker and an origin busy. */
const SUBSCRIBER = `
  select current_setting('max_logical_replication_workers')::int - (select count(*) from pg_stat_subscription where pid is not null)::int as workers,
         coalesce(current_setting('max_active_replication_origins', true), current_setting('max_replication_slots'))::int - (select count(oid) from pg_subscription)::int as origins,
         rolsuper as is_superuser, current_setting('server_version_num')::int as version, current_user::text as login
  from pg_roles where rolname = current_user`;

/** Replication identifies a changed row by its key, so a published table without one cannot be updated. */
const NOT_REPLICATED = `
  select format('%I.%I', n.nspname, c.relname) as name, c.relpersistence <> 'p' as unlogged
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind = 'r' and c.relname <> all ($2)
    and (c.relpersistence <> 'p'
      or c.relreplident <> 'f' and not exists (
        select from pg_index i
        where i.indrelid = c.oid and i.indisvalid and i.indimmediate and case c.relreplident when 'd' then i.indisprimary else i.indisreplident end
          and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey) and a.attgenerated <> '')))
  order by 1`;

/**
 * Why a module cannot be copied by logical replication: what is missing, where, and the way out. Changes
 * nothing.
 */
export async function obstaclesToReplication({
  module,
  source,
  target,
}: {
  module: string;
  source: DatabaseTarget;
  target: DatabaseTarget;
}): Promise<string[]> {
  const purpose = `check ${module}`;
  return [
    ...(await withAdministrator(source, purpose, (client) => ofPublisher(client, nameOf(source), module))),
    ...(await withServerOf(target, purpose, (client) => ofSubscriber(client, nameOf(target)))),
  ];
}

async function ofPublisher(client: Client, where: string, module: string): Promise<string[]> {
  const found: string[] = [];
  const { rows } = await client.query<{
    wal_level: string;
    slots: number;
    senders: number;
    may_make_role: boolean;
    login: string;
  }>(PUBLISHER);
  const { wal_level, slots, senders, may_make_role, login } = rows[0];
  if (wal_level !== 'logical')
    found.push(`${where} has wal_level=${wal_level}. Set it to logical and restart that server.`);
  if (slots < 1)
    found.push(
      `${where} has no replication slot free. Raise max_replication_slots, or drop a slot that is not used.`,
    );
  if (senders < 1) found.push(`${where} has no WAL sender free. Raise max_wal_senders.`);
  if (!may_make_role)
    found.push(
      `The login ${login} to ${where} may not make a role for replication. It takes a superuser, or from PostgreSQL 16 on CREATEROLE and REPLICATION.`,
    );
  const tables = await client.query<{ name: string; unlogged: boolean }>(NOT_REPLICATED, [
    module,
    LOCAL_TABLES,
  ]);
  for (const { name, unlogged } of tables.rows)
    found.push(
      unlogged
        ? `${name} in ${where} is unlogged: its changes are not replicated. Make it logged.`
        : `${name} in ${where} has no primary key. Give it one, or: alter table ${name} replica identity full`,
    );
  return found;
}

async function ofSubscriber(client: Client, where: string): Promise<string[]> {
  const found: string[] = [];
  const { rows } = await client.query<{
    workers: number;
    origins: number;
    is_superuser: boolean;
    version: number;
    login: string;
  }>(SUBSCRIBER);
  const { workers, origins, is_superuser, version, login } = rows[0];
  if (workers < 1)
    found.push(
      `${where} has no worker free for a subscription. Raise max_logical_replication_workers and max_worker_processes.`,
    );
  if (origins < 1)
    found.push(
      `${where} has no replication origin free. Raise ${version >= 180_000 ? 'max_active_replication_origins' : 'max_replication_slots'}.`,
    );
  if (!is_superuser && (version < FIRST_WITH_RIGHTS_TO_SUBSCRIBE || !(await isSubscriber(client))))
    found.push(
      `The login ${login} to ${where} may not make subscriptions. It takes a superuser, or from PostgreSQL 16 on: grant pg_create_subscription to ${login}`,
    );
  return found;
}

async function isSubscriber(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(
    `select pg_has_role(current_user, 'pg_create_subscription', 'usage') as has`,
  );
  return rows[0].has;
}
