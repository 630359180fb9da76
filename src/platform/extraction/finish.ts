import { underMoveLock } from './move-lock';
import { inTransaction, nameOf, type Place, withSession } from './place';
import { placementOf } from './fence/placement';
import { factsOf, lastMove, recordStep } from './record';
import { emptyTables } from './tables';

const FINISH = 'finish';

/**
 * Drops the copy that a module has left behind, once the new place is open. The empty tables stay, and with them what they say: where
 * the module lives.
 */
export async function finish(module: string, source: Place, target: Place, log: (line: string) => void): Promise<void> {
  await withSession(source, module, (from) =>
    underMoveLock(from, async () => {
      const move = await lastMove(from, 'source');
      const isCopy = move && (await placementOf(from)).state === 'moved';
      if (!isCopy || move.state !== 'done' || move.target !== nameOf(target)) {
        throw new Error(
          `There is nothing to finish: ${nameOf(source)} does not hold a copy of ${module} that was left behind by a move to ${nameOf(target)}.`,
        );
      }
      if (await factsOf(from, move, FINISH)) return log(`the copy of ${module} in ${nameOf(source)} is gone already`);
      await withSession(target, module, async (to) => {
        if ((await placementOf(to)).state !== 'active')
          throw new Error(`${module} does not live in ${nameOf(target)} any more, so its copy in ${nameOf(source)} is kept.`);
      });
      await inTransaction(from, async () => {
        await emptyTables(from);
        await recordStep(from, move, FINISH, {});
      });
      log(`the copy of ${module} in ${nameOf(source)} is gone`);
    }),
  );
}
