import { allSettled } from '../../kernel/all-settled';
import { LAG } from '../../log/log-lag';
import type { PositionRow } from '../../subscriptions/lease';
import { type DatabaseTarget, rowsOf, type Session, withSession } from '../../placement/database-target';
import { placementIfAny } from '../../placement/placement';

/** A module that may read the log of the one that moves, and where its positions are. */
export interface Reader {
  readonly module: string;
  readonly place: DatabaseTarget;
}

/** A place in a log, as generation.tick.seq. */
export type WrittenPosition = string;

/** Where a subscription goes on, before and after. */
export interface ComparedPosition {
  subscription: string;
  log: string;
  laneGroup: number;
  position: readonly [old: WrittenPosition, new: WrittenPosition];
  /** Messages after the position in the log that moves; null when it reads another log. */
  left: readonly [old: string, new: string] | null;
  /** It goes on where it stopped, with as much before it as before. */
  adjoins: boolean;
}

type StoredPosition = Omit<PositionRow, 'epoch'>;

const COLUMNS = 'subscription, log, lane_group, first_lane, last_lane, generation, tick, seq';
const GONE = 'gone';

export interface ComparedPositions {
  positions: ComparedPosition[];
  /** Modules that live in a database that is not known here. */
  livingElsewhere: string[];
}

/** What the database of a reader says. */
export interface ReadPositions {
  readonly reader: Reader;
  /** Undefined where there is only a copy that the module has left behind: what that says is long over. */
  readonly rows: readonly StoredPosition[] | undefined;
}

/** Where others stand in a module's log: each is asked in a session of its own, all at once. */
export const positionsOfReaders = (readers: readonly Reader[], log: string): Promise<ReadPositions[]> =>
  allSettled(readers.map(async (reader) => ({ reader, rows: await positionsOf(reader, log) })));

/**
 * The subscriptions of the module itself, which are copied, and those of others on its log, which stay where
 * they are.
 */
export async function comparePositionsOf(
  source: Session,
  target: Session,
  read: readonly ReadPositions[],
): Promise<ComparedPositions> {
  const [old, copied] = await Promise.all([positionsIn(source), positionsIn(target)]);
  const positions: ComparedPosition[] = [];
  for (const row of old) {
    const after = copied.find((other) => isSame(other, row));
    const left = row.log === source.module ? await leftAt(source, target, row) : null;
    const adjoins = after !== undefined && written(after) === written(row) && adjoining(left);
    positions.push({ ...named(row), position: [written(row), after ? written(after) : GONE], left, adjoins });
  }
  const livingElsewhere: string[] = [];
  for (const { reader, rows } of read) {
    if (!rows) livingElsewhere.push(reader.module);
    for (const row of rows ?? []) {
      const left = await leftAt(source, target, row);
      positions.push({
        ...named(row),
        position: [written(row), written(row)],
        left,
        adjoins: adjoining(left),
      });
    }
  }
  return { positions, livingElsewhere };
}

const positionsOf = ({ module, place }: Reader, log: string): Promise<StoredPosition[] | undefined> =>
  withSession(place, module, async (session) => {
    if ((await placementIfAny(session))?.state === 'moved') return undefined;
    const [{ exists }] = await rowsOf<{ exists: boolean }>(
      session,
      `select to_regclass('subscription_positions') is not null as exists`,
    );
    return exists ? positionsIn(session, log) : [];
  });

const positionsIn = (session: Session, log: string | null = null): Promise<StoredPosition[]> =>
  rowsOf<StoredPosition>(
    session,
    `select ${COLUMNS} from subscription_positions where $1::text is null or log = $1 order by subscription, log, lane_group`,
    [log],
  );

/** No reader can continue from a position whose tick is missing. */
async function leftAt(source: Session, target: Session, row: StoredPosition): Promise<[string, string]> {
  const at = async (session: Session): Promise<string> => {
    const [found] = await rowsOf<{ lag: string }>(session, LAG, [
      row.generation,
      row.tick,
      row.seq,
      row.first_lane,
      row.last_lane,
    ]);
    return found?.lag ?? GONE;
  };
  return Promise.all([at(source), at(target)]);
}

const adjoining = (left: readonly [string, string] | null): boolean =>
  left === null || (left[0] === left[1] && left[0] !== GONE);

const isSame = (one: StoredPosition, other: StoredPosition): boolean =>
  one.subscription === other.subscription && one.log === other.log && one.lane_group === other.lane_group;

const written = ({ generation, tick, seq }: StoredPosition): WrittenPosition =>
  `${generation}.${tick}.${seq}`;

const named = ({
  subscription,
  log,
  lane_group,
}: StoredPosition): Pick<ComparedPosition, 'subscription' | 'log' | 'laneGroup'> => ({
  subscription,
  log,
  laneGroup: lane_group,
});
