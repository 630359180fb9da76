import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { withBareClient } from '../../database/admin-client';
import { asAdministrator, rowsOf, type Session } from '../../placement/database-target';

const OBJECT_IN_USE = '55006';
const RELEASE_WITHIN_MS = 20_000;
const TELL_EVERY_MS = 5_000;

/**
 * Makes a slot with the login of a role that may, and hands over the name of a snapshot, which is there for
 * as long as `work` takes: what it does not show comes through the slot.
 */
export function withSlot<T>(
  source: Session,
  { login, name }: { login: string; name: string },
  log: (line: string) => void,
  work: (snapshot: string) => Promise<T>,
): Promise<T> {
  const url = new URL(login);
  url.searchParams.set('replication', 'database');
  return withBareClient(url.href, 'copy', async (client) => {
    const made = client.query<{ snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${escapeIdentifier(name)} LOGICAL pgoutput (SNAPSHOT 'export')`,
    );
    await telling(made, async () => log(await waitedFor(source)));
    const { rows } = await made;
    return work(rows[0].snapshot_name);
  });
}

/** Disconnects sessions that read from it or create it. Runs as the administrator. */
export async function dropSlot({ client }: Session, name: string): Promise<void> {
  for (const deadline = Date.now() + RELEASE_WITHIN_MS; ; await sleep(50)) {
    try {
      await client.query(
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
        [name],
      );
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE || Date.now() > deadline) throw error;
    }
    await client.query(
      'select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1',
      [name],
    );
  }
}

/** A slot begins when all transactions that it finds open, in any database of the server, have ended. */
async function waitedFor(source: Session): Promise<string> {
  // Others' transactions are shown to the administrator only.
  const open = await asAdministrator(source, () =>
    rowsOf<{ who: string }>(
      source,
      `select format('%s (%s, pid %s, for %s s)', usename, application_name, pid, round(extract(epoch from clock_timestamp() - xact_start))) as who
     from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() order by xact_start limit 3`,
    ),
  );
  return `  waiting for transactions that are open on the server: ${open.map(({ who }) => who).join('; ') || 'one that ends just now'} ...`;
}

async function telling(waited: Promise<unknown>, tell: () => Promise<void>): Promise<void> {
  const over = waited.then(() => true);
  while (!(await Promise.race([over, sleep(TELL_EVERY_MS, false, { ref: false })]))) await tell();
}
