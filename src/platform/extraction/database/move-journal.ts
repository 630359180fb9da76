import { randomUUID } from 'node:crypto';
import { type DatabaseTarget, nameOf, rowsOf, type Session } from '../../placement/database-target';

/**
 * Running until the old place has given the module up (switched); done when the new one is open. Undone:
 * rolled back.
 */
export type MoveState = 'running' | 'switched' | 'done' | 'undone';

/** One move of a module from one place to another, as both of them have it written down. */
export interface Move {
  readonly move: string;
  readonly source: string;
  readonly target: string;
  state: MoveState;
}

type Side = 'source' | 'target';

const COLUMNS = 'move, source, target, state';

/** The last move that left from here, or came here. A schema that is behind its migrations knows of none. */
export async function lastMove(session: Session, side: Side): Promise<Move | undefined> {
  const [{ exists }] = await rowsOf<{ exists: boolean }>(
    session,
    `select to_regclass('moves') is not null as exists`,
  );
  if (!exists) return undefined;
  const [move] = await rowsOf<Move>(
    session,
    `select ${COLUMNS} from moves where side = $1 order by started_at desc limit 1`,
    [side],
  );
  return move;
}

/** A move by its id; undefined where it is not written down. */
export async function findMove(session: Session, move: string): Promise<Move | undefined> {
  const [found] = await rowsOf<Move>(session, `select ${COLUMNS} from moves where move = $1`, [move]);
  return found;
}

export async function beginMove(session: Session, target: DatabaseTarget): Promise<Move> {
  const [move] = await rowsOf<Move>(
    session,
    `insert into moves (move, side, source, target) values ($1, 'source', $2, $3) returning ${COLUMNS}`,
    [randomUUID(), nameOf(session.database), nameOf(target)],
  );
  return move;
}

/**
 * Writes the move down where it leads to. One that did not get there before was undone where it came from.
 */
export async function recordIncomingMove(session: Session, { move, source, target }: Move): Promise<void> {
  await session.client.query(
    `update moves set state = 'undone', changed_at = clock_timestamp() where side = 'target' and state in ('running', 'switched') and move <> $1`,
    [move],
  );
  await session.client.query(
    `insert into moves (move, side, source, target) values ($1, 'target', $2, $3) on conflict do nothing`,
    [move, source, target],
  );
}

/** Undefined where the move is not written down. */
export async function moveStateOf(
  session: Session,
  { move }: Pick<Move, 'move'>,
): Promise<MoveState | undefined> {
  const [row] = await rowsOf<{ state: MoveState }>(session, 'select state from moves where move = $1', [
    move,
  ]);
  return row?.state;
}

export async function setMoveState(
  session: Session,
  { move }: Pick<Move, 'move'>,
  state: MoveState,
): Promise<void> {
  await session.client.query('update moves set state = $2, changed_at = clock_timestamp() where move = $1', [
    move,
    state,
  ]);
}

/** What a step has left behind; undefined when it is not done. */
export async function factsOf<Facts extends object>(
  session: Session,
  { move }: Pick<Move, 'move'>,
  step: string,
): Promise<Facts | undefined> {
  const [row] = await rowsOf<{ facts: Facts }>(
    session,
    'select facts from move_steps where move = $1 and step = $2',
    [move, step],
  );
  return row?.facts;
}

/** Says that a step is done. In the transaction with its effects where it has some in this database. */
export async function recordStep(
  session: Session,
  { move }: Move,
  step: string,
  facts: object,
): Promise<void> {
  await session.client.query('insert into move_steps (move, step, facts) values ($1, $2, $3)', [
    move,
    step,
    JSON.stringify(facts),
  ]);
}

/** Forgets what is done in this place: its effects are undone. In the transaction that undoes them. */
export async function forgetSteps(session: Session, { move }: Move): Promise<void> {
  await session.client.query('delete from move_steps where move = $1', [move]);
}
