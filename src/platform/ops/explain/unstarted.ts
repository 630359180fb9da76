import type { INestApplicationContext, Type } from '@nestjs/common';
import { readSettings } from '../../config/settings';
import { buildDataSource } from '../../database/data-sources';
import { ModuleDatabases } from '../../database/module-databases';
import { boundedContextsOf } from '../../start/bounded-contexts';
import { createApplication } from '../../start/serve';

/** Reserved by RFC 2606, so that it leads nowhere; nobody connects to it. */
const NOWHERE = 'postgres://nobody@nowhere.invalid/none';

/**
 * The application put together as `npm start` would, and left at that: no environment is read, no database opened, no port listened on,
 * nothing handled.
 */
export function unstarted(root: Type): Promise<INestApplicationContext> {
  const sources = boundedContextsOf(root).map(({ name, entities }) => {
    const connection = { module: name, url: NOWHERE, auditorUrl: NOWHERE };
    return [name, buildDataSource(connection, entities ?? [], { poolSize: 1, leaseMs: 1_000, log: () => undefined })] as const;
  });
  return createApplication(root, readSettings({ LOG_LEVEL: 'fatal' }), new ModuleDatabases(new Map(sources)));
}
