import type { Stage } from '../stage/stage';

/**
 * The server's processes behind the application's own connections; the rig's and an operator's are not among
 * them.
 */
export async function applicationBackends(stage: Stage): Promise<number[]> {
  const rows = await stage.askAsSuperuser<{ pid: number }>(
    `select pid from pg_stat_activity
     where backend_type = 'client backend' and application_name ~ '^seamline (notifications )?[0-9a-f]{8}-' order by backend_start, pid`,
  );
  return rows.map(({ pid }) => pid);
}
