import { readSettings } from '../config/settings';
import { openModuleDatabases } from '../database/data-sources';
import type { ModuleDatabases } from '../database/module-databases';
import { prepareDatabase } from '../provisioning/prepare-database';
import { migrationsFolderOf } from '../hosting/application-folder';
import { hostingFor } from '../hosting/bounded-contexts';
import { JobOperations } from '../jobs/job-operations';
import { JobSignal } from '../jobs/job-signal';
import { MessageOperations } from '../subscriptions/message-operations';
import { SubscriptionOperations } from '../subscriptions/subscription-operations';
import { SagaOperations } from '../sagas/saga-operations';
import { Quiescence } from '../ops/quiescence';
import type { OpsProgram } from './command';

export interface Operations {
  subscriptions: SubscriptionOperations;
  messages: MessageOperations;
  jobs: JobOperations;
  sagas: SagaOperations;
  quiescence: Quiescence;
}

/** What it takes to get at the databases. */
type DatabaseProgram = Pick<OpsProgram, 'root' | 'env' | 'note'>;

const POOL_SIZE = 2;
/** No lease depends on these sessions; an operator's query may take this long on a large database. */
const PATIENCE_MS = 120_000;

/**
 * Runs `work` on what an operator can do with the databases of all modules, or of those that `MODULES` names.
 */
export const withOperations = <T>(
  program: DatabaseProgram,
  work: (operations: Operations) => Promise<T>,
): Promise<T> =>
  withDatabases(program, (databases) => {
    const subscriptions = new SubscriptionOperations(databases);
    const jobs = new JobOperations(databases, new JobSignal());
    return work({
      subscriptions,
      messages: new MessageOperations(databases),
      jobs,
      sagas: new SagaOperations(databases),
      quiescence: new Quiescence(databases, subscriptions, jobs),
    });
  });

/**
 * Runs `work` on the databases of all modules, or of those that `MODULES` names, beside a running application
 * or without one. An embedded server that already runs goes on afterwards; one that was started for this is
 * stopped.
 */
export async function withDatabases<T>(
  { root, env, note }: DatabaseProgram,
  work: (databases: ModuleDatabases) => Promise<T>,
): Promise<T> {
  const { database: settings, hosting } = readSettings(env);
  // Without the administrator's login, so that looking never migrates a server of your own.
  const prepared = await prepareDatabase({
    settings: { ...settings, adminUrl: undefined, moduleAdminUrls: new Map() },
    modules: hostingFor(root, { hosting }),
    migrations: migrationsFolderOf(root),
    log: note,
  });
  try {
    const databases = await openModuleDatabases(prepared.connections, () => [], {
      poolSize: POOL_SIZE,
      leaseMs: PATIENCE_MS,
      log: note,
    });
    return await work(databases).finally(() => databases.close());
  } finally {
    await prepared.stop();
  }
}
