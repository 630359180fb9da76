import { escapeIdentifier } from 'pg';
import { nameOf, rowsOf, type Session } from '../place';
import { placementIfAny } from '../fence/placement';
import { tablesOf } from '../tables';

/** A migration fills them with a row each. */
const FILLED_FROM_THE_BEGINNING = ['log_head', 'log_identity', 'log_relay', 'ticks'];

/** Why the module's tables in the target may not be emptied; undefined when they may. Changes nothing. */
export async function whatForbidsEmptying(target: Session, source: Session): Promise<string | undefined> {
  const where = `The schema "${target.module}" in ${nameOf(target.place)}`;
  const tables = await tablesOf(target);
  if (tables.length === 0) return undefined;
  const placement = await placementIfAny(target);
  if (placement?.state === 'fenced' || placement?.state === 'leaving')
    return `${where} is on its way to ${placement.elsewhere}. Finish that move or roll it back first.`;
  if (placement?.state === 'moved') {
    const [generation, ours] = [await generationOf(target), await generationOf(source)];
    if (generation <= ours) return undefined;
    return (
      `${where} has a log of generation ${generation}, and the one to be moved has only ${ours}: one of the two is older than it should be. ` +
      'Find out which of them holds the truth; drop the other schema.'
    );
  }
  const filled = [];
  for (const { name } of tables.filter(({ name }) => !FILLED_FROM_THE_BEGINNING.includes(name))) {
    const [{ has_rows }] = await rowsOf<{ has_rows: boolean }>(target, `select exists (select from ${escapeIdentifier(name)}) as has_rows`);
    if (has_rows) filled.push(name);
  }
  if (filled.length === 0) return undefined;
  return `${where} already holds data of its own (${filled.join(', ')}). Name another database, or drop that schema if its data may go.`;
}

async function generationOf(session: Session): Promise<number> {
  const [head] = await rowsOf<{ generation: number }>(session, 'select generation from log_head');
  return head?.generation ?? 0;
}
