import { nameOf, rowsOf, type Session } from '../../placement/database-target';
import { placementIfAny } from '../../placement/placement';
import { filledTablesOf, tablesOf } from '../database/tables';

/** Why the module's tables in the target may not be emptied; undefined when they may. Changes nothing. */
export async function reasonNotToEmpty(target: Session, source: Session): Promise<string | undefined> {
  const where = `The schema "${target.module}" in ${nameOf(target.database)}`;
  const tables = await tablesOf(target);
  if (tables.length === 0) return undefined;
  const placement = await placementIfAny(target);
  if (placement?.state === 'fenced' || placement?.state === 'leaving')
    return `${where} is on its way to ${placement.elsewhere}. Finish that move or roll it back first.`;
  if (placement?.state === 'moved') {
    if (
      placement.elsewhere !== nameOf(source.database) &&
      !(await haveMoveInCommon(target, source)) &&
      (await filledTablesOf(target)).length > 0
    )
      return `${where} holds the copy of another one: it says that ${target.module} lives in ${placement.elsewhere}. Name another database, or drop that schema if its data may go.`;
    const [generation, ours] = [await generationOf(target), await generationOf(source)];
    if (generation <= ours) return undefined;
    return (
      `${where} has a log of generation ${generation}, and the one to be moved has only ${ours}: one of the two is older than it should be. ` +
      'Find out which of them holds the truth; drop the other schema.'
    );
  }
  const filled = await filledTablesOf(target);
  if (filled.length === 0) return undefined;
  return `${where} already holds data of its own (${filled.join(', ')}). Name another database, or drop that schema if its data may go.`;
}

/**
 * Places may be called by other names than before; a move that both know of says that they are the ones it
 * was between.
 */
async function haveMoveInCommon(target: Session, source: Session): Promise<boolean> {
  const moves = await rowsOf<{ move: string }>(source, 'select move from moves');
  const [{ known }] = await rowsOf<{ known: boolean }>(
    target,
    'select exists (select from moves where move = any ($1)) as known',
    [moves.map(({ move }) => move)],
  );
  return known;
}

async function generationOf(session: Session): Promise<number> {
  const [head] = await rowsOf<{ generation: number }>(session, 'select generation from log_head');
  return head?.generation ?? 0;
}
