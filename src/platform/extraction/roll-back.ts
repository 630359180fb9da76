import { inTransaction, nameOf, type Place, withSession } from './place';
import { underMoveLock } from './move-lock';
import { openPlace } from './fence/placement';
import { lastMove, type Move, setState } from './record';
import { unpublish, unsubscribe } from './copy/replication';
import { emptyTables } from './tables';

/**
 * Undoes a move that has not been switched: the module lives in the old place again, with the rights that it had. What was copied is
 * emptied, if the new place can be reached; it would be anyway at the next move there. Asked again, it takes away what is left.
 */
export async function rollBack(module: string, source: Place, target: Place, log: (line: string) => void): Promise<void> {
  await withSession(source, module, (from) =>
    underMoveLock(from, async () => {
      const move = await lastMove(from, 'source');
      if (move?.state === 'switched' || move?.state === 'done')
        throw new Error(`${module} has been given to ${move.target}, which cannot be rolled back. Bring it back with another move.`);
      if (move?.state !== 'running' && !(move?.state === 'undone' && move.target === nameOf(target)))
        throw new Error(`There is no move of ${module} from ${nameOf(source)} to roll back.`);
      if (move.target !== nameOf(target))
        throw new Error(`${module} is on its way to ${move.target}, not to ${nameOf(target)}. Name that place.`);
      if (move.state === 'running') {
        await inTransaction(from, async () => {
          await openPlace(from);
          await setState(from, move, 'undone');
        });
      }
      log(`${module} lives in ${nameOf(source)} as before`);
      await tidy(module, target, move).catch((error: Error) =>
        log(`what was copied to ${nameOf(target)} is still there: ${error.message}`),
      );
      await unpublish(from);
    }),
  );
}

/** The new place goes on saying that the module lives in the old one. */
async function tidy(module: string, target: Place, move: Move): Promise<void> {
  await withSession(target, module, async (to) => {
    const last = await lastMove(to, 'target');
    if (last?.move !== move.move || last.state === 'undone') return;
    await inTransaction(to, async () => {
      await unsubscribe(to);
      await emptyTables(to);
      await setState(to, move, 'undone');
    });
  });
}
