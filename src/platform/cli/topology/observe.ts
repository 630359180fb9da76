import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Environment } from '../../config/env-reader';
import { variablePart } from '../../config/settings';
import { withDatabases } from '../operations';
import { askProcesses } from './ask-processes';
import { messageCounts } from './message-counts';
import { tableSizes } from './table-sizes';
import type { Observed } from './traffic';

interface Surroundings {
  /** The application's root module. */
  root: Type;
  env: Environment;
  /** The processes to ask for their calls; without any, the one that listens where the settings say. */
  processes?: readonly string[];
  note: (line: string) => void;
}

/** How far to look back where no process says since when it counts. */
const HOURS = 24;

/**
 * Asks running processes for the calls that they have counted, and the databases for messages and tables.
 * Messages are counted from the moment on when the oldest of these processes began to count calls, so that
 * the two can be compared. Does not throw: says what is not known.
 */
export async function observe({ root, env, processes, note }: Surroundings): Promise<Observed> {
  const notKnown: string[] = [];
  const known = <T>(what: string, asked: Promise<T>): Promise<T | null> =>
    asked.catch((error: Error) => {
      notKnown.push(`${what}: ${error.message}`);
      return null;
    });
  const counted = await known('calls', askProcesses(env, processes));
  const since = new Date(counted?.since ?? Date.now() - HOURS * 3_600_000);
  const asked = await known(
    'messages and tables',
    withDatabases({ root, env, note }, async (databases) => {
      const each = await Promise.all(
        databases.modules.map(async (module) => {
          const database = databases.of(module);
          const elsewhere = await whereElse(database);
          if (elsewhere === undefined)
            return [
              { module, counts: await messageCounts(database, since), tables: await tableSizes(database) },
            ];
          notKnown.push(
            `messages and tables of ${module}: it lives in ${elsewhere}; set ${variablePart(module)}_DATABASE_URL to that`,
          );
          return [];
        }),
      ).then((found) => found.flat());
      return {
        logs: new Map(each.map(({ module, counts }) => [module, counts])),
        tables: new Map(each.map(({ module, tables }) => [module, tables])),
      };
    }),
  );
  return {
    since,
    logs: asked?.logs ?? null,
    tables: asked?.tables ?? null,
    calls: counted && counted.figures,
    notKnown,
  };
}

/** Where a module lives, when what is here is a copy or on its way. */
async function whereElse(database: DataSource): Promise<string | undefined> {
  const [away]: ({ elsewhere: string } | undefined)[] = await database.query(
    `select elsewhere from placement where state <> 'active'`,
  );
  return away?.elsewhere;
}
