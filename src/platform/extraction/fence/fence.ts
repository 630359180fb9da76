import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { failpoint } from '../../kernel/failpoints';
import { asAdministrator, inTransaction, rowsOf, type Session } from '../../placement/database-target';
import { closePlacement } from '../../placement/placement';
import { tablesOf } from '../database/tables';

interface Writer {
  pid: number | null;
  login: string | null;
  application: string | null;
}

const LOCK_NOT_AVAILABLE = '55P03';
/** How many times terminated sessions are waited for. */
const ATTEMPTS = 5;

/** Who holds what keeps a `SHARE` lock from being had. The server ends its own vacuuming for it. */
const WRITERS = `
  select distinct l.pid, a.usename::text as login, a.application_name as application
  from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database()) and l.granted
    and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and l.relation in (select $1::regclass union select relid from pg_partition_tree($1::regclass))
    and a.backend_type is distinct from 'autovacuum worker'`;

/**
 * Fences the module's tables in this database against writes, and resolves when none is in progress. A
 * session that wrote before and does not end within `patienceMs` is disconnected. Reading stays possible.
 */
export async function raiseFence(session: Session, elsewhere: string, patienceMs: number): Promise<void> {
  await inTransaction(session, () => closePlacement(session, 'fenced', elsewhere));
  failpoint('move.fence-raised');
  for (const { name } of await tablesOf(session)) await waitForWriters(session, name, patienceMs);
  await invalidateLeases(session);
}

/**
 * A writing transaction holds a lock on the table until it ends, so acquiring the conflicting lock means that
 * all of them have ended. A session that takes such a lock from now on finds the rights gone: a server looks
 * for changed rights when it takes a lock.
 */
async function waitForWriters(session: Session, table: string, patienceMs: number): Promise<void> {
  for (let attempt = 1; !(await triedToLock(session, table, patienceMs)); attempt += 1) {
    const writers = await rowsOf<Writer>(session, WRITERS, [escapeIdentifier(table)]);
    const role = session.database.roles.of(session.module);
    const others = writers.filter(({ login }) => login !== role);
    if (others.length > 0 || attempt > ATTEMPTS)
      throw stillWritten(session, table, others.length > 0 ? others : writers);
    await asAdministrator(session, async () => {
      for (const { pid } of writers) await session.client.query('select pg_terminate_backend($1)', [pid]);
    });
    await sleep(50);
  }
}

async function triedToLock(session: Session, table: string, patienceMs: number): Promise<boolean> {
  try {
    await inTransaction(session, async () => {
      await session.client.query(`set local lock_timeout = ${Math.max(1, Math.round(patienceMs))}`);
      await session.client.query(`lock table ${escapeIdentifier(table)} in share mode`);
    });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/**
 * Invalidates all leases: a former owner finds its epoch outdated, here and, as this is copied, in the
 * target.
 */
async function invalidateLeases(session: Session): Promise<void> {
  await inTransaction(session, async () => {
    for (const statement of [
      `update subscription_positions set owner = null, leased_until = '-infinity', epoch = epoch + 1`,
      `update log_relay set owner = null, leased_until = '-infinity', epoch = epoch + 1`,
      `update jobs set claim = null, owner = null, locked_until = '-infinity' where claim is not null or owner is not null or locked_until > '-infinity'`,
      `delete from subscription_workers`,
    ])
      await session.client.query(statement);
  });
}

function stillWritten({ module }: Session, table: string, writers: readonly Writer[]): Error {
  const who = writers.map(({ pid, login, application }) =>
    pid === null ? 'a prepared transaction' : `${login} (${application}, pid ${pid})`,
  );
  return new Error(
    `${module}.${table} is still being written by ${who.join('; ') || 'an unknown session'}, which is no process of the module and is not ended by force. ` +
      'End it and run the same command again, or --rollback.',
  );
}
