import { migrate } from '../database/migrate';
import { provision } from '../database/provision';
import { alignPartitions } from './partitions';
import { inTransaction, nameOf, type Place, type Session, withSession } from './place';
import { closePlace } from './placement';
import { type Move, welcomeMove } from './record';
import { unsubscribe } from './replication';
import { emptyTables, type Table, tablesOf } from './tables';
import { whatForbidsEmptying } from './target-data';

export interface TargetOptions {
  source: Session;
  target: Place;
  move: Move;
  log: (line: string) => void;
}

/**
 * Makes the database, the roles and the module's schema, migrates it, and empties its tables for what comes. Until the move is done the
 * new place says that the module lives in the old one, and nobody can write to it.
 */
export async function prepareTarget({ source, target, move, log }: TargetOptions): Promise<{ tables: number }> {
  const { module } = source;
  await provision({ ...target, modules: [module], log });
  await migrate({ ...target, modules: [module], log });
  return withSession(target, module, (session) =>
    inTransaction(session, async () => {
      const forbidden = await whatForbidsEmptying(session, source);
      if (forbidden) throw new Error(forbidden);
      await closePlace(session, 'moved', nameOf(source.place));
      await unsubscribe(session);
      await emptyTables(session);
      await alignPartitions(source, session);
      await welcomeMove(session, move);
      const [tables, wanted] = [await tablesOf(session), await tablesOf(source)];
      refuseOtherTables(source, tables, wanted);
      return { tables: tables.length };
    }),
  );
}

/** What no migration makes would not be there again in the new place. */
function refuseOtherTables({ module, place }: Session, made: readonly Table[], wanted: readonly Table[]): void {
  const shapes = (tables: readonly Table[]): string[] => tables.map((table) => JSON.stringify(table));
  const differing = [...made, ...wanted].filter(
    (table) => !shapes(made).includes(JSON.stringify(table)) || !shapes(wanted).includes(JSON.stringify(table)),
  );
  if (differing.length === 0) return;
  const names = [...new Set(differing.map(({ name }) => name))].sort();
  throw new Error(
    `The tables of ${module} in ${nameOf(place)} are not those that its migrations make: ${names.join(', ')}. ` +
      'Make what differs with a migration, or take it away; then --rollback, and the same command again.',
  );
}
