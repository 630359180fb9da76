import { escapeIdentifier } from 'pg';
import { failpoint } from '../kernel/failpoints';
import { migrate } from '../provisioning/migrate';
import { provision } from '../provisioning/provision';
import { alignPartitions } from './partitions';
import {
  inTransaction,
  isNotMadeYet,
  nameOf,
  type DatabaseTarget,
  type Session,
  withSession,
} from '../placement/database-target';
import { closePlacement, placementIfAny } from '../placement/placement';
import { type Move, recordIncomingMove } from './database/move-journal';
import { unsubscribe } from './copy/replication';
import { emptyTables, type Table, tablesOf } from './database/tables';
import { inventoryOf } from './plan/schema-drift';
import { reasonNotToEmpty } from './plan/target-data';

export interface TargetOptions {
  source: Session;
  target: DatabaseTarget;
  move: Move;
  log: (line: string) => void;
}

/** What the new place was made for. */
export interface Prepared {
  tables: number;
  /** Everything in the old schema but rows. */
  inventory?: string[];
}

/**
 * Makes the database, the roles and the module's schema, migrates it, and empties its tables for what comes.
 * Until the move is done the target says that the module lives in the source, and rejects writes.
 */
export async function prepareTarget({ source, target, move, log }: TargetOptions): Promise<Prepared> {
  const { module } = source;
  await closeWhatIsThere(source, target);
  await provision({ ...target, modules: [module], log });
  await hideWhatIsNot(target, module);
  await migrate({ ...target, modules: [module], log });
  failpoint('move.schema-made');
  return withSession(target, module, (session) =>
    inTransaction(session, async () => {
      await requireEmptyable(session, source);
      await closePlacement(session, 'moved', nameOf(source.database));
      await session.client.query(
        `grant usage on schema ${escapeIdentifier(module)} to ${escapeIdentifier(target.roles.of(module))}`,
      );
      await unsubscribe(session);
      await emptyTables(session);
      await alignPartitions(source, session);
      await recordIncomingMove(session, move);
      const [tables, wanted] = [await tablesOf(session), await tablesOf(source)];
      refuseOtherTables(source, tables, wanted);
      failpoint('move.welcomed');
      return { tables: tables.length, inventory: await inventoryOf(source) };
    }),
  );
}

async function requireEmptyable(target: Session, source: Session): Promise<void> {
  const forbidden = await reasonNotToEmpty(target, source);
  if (forbidden) throw new Error(forbidden);
}

/**
 * A schema that was just made says that the module lives in it. Where a run before this one was killed, that
 * is put right first.
 */
async function closeWhatIsThere(source: Session, target: DatabaseTarget): Promise<void> {
  try {
    await withSession(target, source.module, async (session) => {
      if (!(await placementIfAny(session))) return;
      await requireEmptyable(session, source);
      await inTransaction(session, () => closePlacement(session, 'moved', nameOf(source.database)));
    });
  } catch (error) {
    if (!isNotMadeYet(error)) throw error;
  }
}

/** And until it says the truth, a process that waits there must not see it. */
async function hideWhatIsNot(target: DatabaseTarget, module: string): Promise<void> {
  await withSession(target, module, async (session) => {
    if (await placementIfAny(session)) return;
    await session.client.query(
      `revoke usage on schema ${escapeIdentifier(module)} from ${escapeIdentifier(target.roles.of(module))}`,
    );
  });
}

/** What no migration makes would not be there again in the new place. */
function refuseOtherTables(
  { module, database }: Session,
  made: readonly Table[],
  wanted: readonly Table[],
): void {
  const shapes = (tables: readonly Table[]): string[] => tables.map((table) => JSON.stringify(table));
  const differing = [...made, ...wanted].filter(
    (table) =>
      !shapes(made).includes(JSON.stringify(table)) || !shapes(wanted).includes(JSON.stringify(table)),
  );
  if (differing.length === 0) return;
  const names = [...new Set(differing.map(({ name }) => name))].sort();
  throw new Error(
    `The tables of ${module} in ${nameOf(database)} are not those that its migrations make: ${names.join(', ')}. ` +
      'Make what differs with a migration, or take it away; then --rollback, and the same command again.',
  );
}
