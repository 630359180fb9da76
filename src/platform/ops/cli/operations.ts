import { readSettings } from '../../config/settings';
import { openModuleDatabases } from '../../database/data-sources';
import { prepareDatabase } from '../../database/prepare-database';
import { hostingOf } from '../../hosting/hosting';
import { JobOperations } from '../../jobs/job-operations';
import { JobSignal } from '../../jobs/job-signal';
import { SubscriptionOperations } from '../../messaging/subscriptions/subscription-operations';
import { AtRest } from '../at-rest';
import type { OpsProgram } from './command';

export interface Operations {
  subscriptions: SubscriptionOperations;
  jobs: JobOperations;
  rest: AtRest;
}

const POOL_SIZE = 2;
/** Nobody waits for a lease here; what an operator asks may take this long on a large database. */
const PATIENCE_MS = 120_000;

/**
 * Runs `work` on the databases of all modules, or of those that `MODULES` names, beside a running application or without one. An embedded server that already runs goes on
 * afterwards; one that was started for this is stopped.
 */
export async function withOperations<T>({ modules, env, note }: OpsProgram, work: (operations: Operations) => Promise<T>): Promise<T> {
  const { database: settings, hosting } = readSettings(env);
  // Without the administrator's login, so that looking never migrates a server of your own.
  const prepared = await prepareDatabase({
    settings: { ...settings, adminUrl: undefined, moduleAdminUrls: new Map() },
    modules: hostingOf(modules, hosting),
    log: note,
  });
  try {
    const databases = await openModuleDatabases(prepared.connections, () => [], { poolSize: POOL_SIZE, leaseMs: PATIENCE_MS, log: note });
    try {
      const subscriptions = new SubscriptionOperations(databases);
      const jobs = new JobOperations(databases, new JobSignal());
      return await work({ subscriptions, jobs, rest: new AtRest(databases, subscriptions, jobs) });
    } finally {
      await databases.close();
    }
  } finally {
    await prepared.stop();
  }
}
