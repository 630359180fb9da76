import { migrate } from '../database/migrate';
import { provision } from '../database/provision';
import { alignPartitions } from './partitions';
import { inTransaction, nameOf, type Place, type Session, withSession } from './place';
import { closePlace } from './placement';
import { type Move, welcomeMove } from './record';
import { emptyTables, tablesOf } from './tables';
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
      await emptyTables(session);
      await alignPartitions(source, session);
      await welcomeMove(session, move);
      return { tables: (await tablesOf(session)).length };
    }),
  );
}
