import type { ModuleConnection } from './module-connection';
import type { ModuleDatabases } from './module-databases';
import { targetNameOf } from './roles';

/** Refuses to start with pools that the server cannot fill, and says when other clients make it tight. */
export async function checkConnectionBudget(
  connections: readonly ModuleConnection[],
  databases: ModuleDatabases,
  { poolSize, log }: { poolSize: number; log: (line: string) => void },
): Promise<void> {
  const serverOf = ({ url }: ModuleConnection): string => targetNameOf(url).split('/')[0];
  for (const server of new Set(connections.map(serverOf))) {
    const modules = connections.filter((connection) => serverOf(connection) === server);
    const wanted = modules.length * poolSize;
    const { available, others } = await askServer(databases, modules);
    if (wanted > available) {
      throw new Error(
        `${modules.length} modules with ${poolSize} connections each want ${wanted} connections, and the server ${server} has ${available} for applications. ` +
          `Set DATABASE_POOL_SIZE to ${Math.max(3, Math.floor(available / modules.length))} or less, raise max_connections there, or put a module elsewhere with <MODULE>_DATABASE_URL.`,
      );
    }
    if (wanted > available - others) {
      log(
        `the server ${server} is short of connections: this process may open ${wanted}, and other clients use ${others} of ${available}. Lower DATABASE_POOL_SIZE or raise max_connections there.`,
      );
    }
  }
}

async function askServer(
  databases: ModuleDatabases,
  modules: readonly ModuleConnection[],
): Promise<{ available: number; others: number }> {
  const [row] = await databases.of(modules[0].module).query<[{ available: number; used: number }]>(`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int as available,
           (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as used`);
  return { available: row.available, others: Math.max(0, row.used - modules.length) };
}
