import type { Placement } from '../../placement/placement';
import type { Move } from '../database/move-journal';
import { standingOf } from '../../placement/standing';

/** A move as one of its two places has it written down. */
export interface MoveNote extends Move {
  readonly side: 'source' | 'target';
  /** The target was prepared, so it must know of the move, too. Told by the source only. */
  readonly prepared: boolean;
}

/** What a place has written down of a module. */
export interface PlacementRecord {
  readonly name: string;
  /** Undefined: there is nothing of the module. */
  readonly placement?: Placement;
  /**
   * A schema as its migrations make it, which says that the module lives there like any other: no row, and no
   * move to or from it.
   */
  readonly pristine: boolean;
  /** The oldest first. */
  readonly notes: readonly MoveNote[];
}

/** A place that does not say anything. */
export interface Unreachable {
  readonly name: string;
  readonly unreachable: string;
}

export type Inspection = PlacementRecord | Unreachable;

/** A move that is not over. */
export interface OpenMove {
  readonly move: string;
  readonly from: string;
  readonly to: string;
}

/** Where a module lives, by what two places say of it. */
export type Whereabouts =
  | {
      readonly state: 'lives';
      readonly in: string;
      /** The last move that brought it. */
      readonly cameBy?: string;
      /** Moves that are done and that the place they left has not noted as done. */
      readonly unnoted: readonly { move: string; place: string }[];
      /** The other place is as its migrations make it, and says that the module lives there. */
      readonly alsoEmpty?: string;
      /** The other place, where it does not answer. */
      readonly unasked?: Unreachable;
    }
  /** It lives in `from`, as before; the command goes on, or undoes it. */
  | (OpenMove & {
      readonly state: 'leaving';
      readonly stage: Placement['state'];
      /** The new place was prepared and does not know of it any more. */
      readonly lost: boolean;
    })
  /** Given up by `from` and not open in `to`: it can be written nowhere until the command is run again. */
  | (OpenMove & { readonly state: 'between' })
  /** In a third place. */
  | { readonly state: 'elsewhere'; readonly in: string }
  | { readonly state: 'nowhere' }
  /** The places contradict one another, or the one that would know cannot be asked. */
  | { readonly state: 'unknown'; readonly why: string };

/**
 * The one rule by which two places' records say where a module lives. The place that a move leaves decides
 * until it has given the module up; from then on the place that it leads to does. Where both are as their
 * migrations make them, the first counts.
 */
export function whereabouts(one: Inspection, other: Inspection): Whereabouts {
  const ends = [
    { place: one, other },
    { place: other, other: one },
  ];
  const moves = ends.flatMap((end) => (isRecord(end.place) ? openMovesFrom(end.place, end.other) : []));
  const contradiction = moves.find(({ state }) => state === 'unknown');
  if (contradiction?.state === 'unknown') return contradiction;

  const records = [one, other].filter(isRecord);
  const holders = records.filter(
    ({ placement, pristine }) => placement && standingOf(placement) !== 'elsewhere' && !pristine,
  );
  if (holders.length === 2) return unknown(`Both ${one.name} and ${other.name} say that it lives there.`);
  const between = moves.find(({ state }) => state === 'between');
  if (between?.state === 'between') {
    if (holders.length > 0)
      return unknown(
        `${between.from} has given it up to ${between.to}, and ${holders[0].name} says that it lives there.`,
      );
    return between;
  }
  const leaving = moves.find(({ state }) => state === 'leaving');
  if (leaving?.state === 'leaving') {
    if (holders.some(({ name }) => name !== leaving.from))
      return unknown(
        `It is on its way from ${leaving.from} to ${leaving.to}, and ${holders[0].name} says that it lives there.`,
      );
    return leaving;
  }
  const unnoted = moves.flatMap((move) =>
    move.state === 'unnoted' ? [{ move: move.move, place: move.from }] : [],
  );
  const empty = records.filter(
    ({ placement, pristine }) => placement && standingOf(placement) === 'here' && pristine,
  );
  const unasked = [one, other].find(isUnreachable);
  const [holder] = holders;
  if (holder?.placement && standingOf(holder.placement) !== 'here')
    return unknown(
      `${holder.name} says that it is on its way to ${holder.placement?.elsewhere}, and knows of no such move.`,
    );
  const livesIn = (place: PlacementRecord): Whereabouts => ({
    state: 'lives',
    in: place.name,
    cameBy: place.notes.findLast(({ side, state }) => side === 'target' && state === 'done')?.move,
    unnoted,
    alsoEmpty: empty.find(({ name }) => name !== place.name)?.name,
    unasked,
  });
  if (holder) return livesIn(holder);
  const left = records.find(({ placement }) => placement && standingOf(placement) === 'elsewhere');
  if (left) return whereTheCopySays(left, records, unasked);
  if (empty.length > 0) return livesIn(empty[0]);
  return unasked ? unknown(notAsked(unasked)) : { state: 'nowhere' };
}

type FromHere =
  Exclude<Whereabouts, { state: 'lives' | 'elsewhere' | 'nowhere' }> | (OpenMove & { state: 'unnoted' });

/** The moves that a place has begun and not ended, and what the other place says of them. */
function openMovesFrom(place: PlacementRecord, other: Inspection): FromHere[] {
  return place.notes
    .filter(({ side, state }) => side === 'source' && (state === 'running' || state === 'switched'))
    .map((note) => {
      const arrived = isRecord(other)
        ? other.notes.find(({ move, side }) => move === note.move && side === 'target')
        : undefined;
      // Known by its id, a place may have another name than it had then.
      const to = arrived ? other.name : note.target;
      const open: OpenMove = { move: note.move, from: place.name, to };
      return note.state === 'running'
        ? whileRunning(place, note, open, other, arrived)
        : onceSwitched(open, other, arrived);
    });
}

function whileRunning(
  place: PlacementRecord,
  note: MoveNote,
  open: OpenMove,
  other: Inspection,
  arrived: MoveNote | undefined,
): FromHere {
  if (arrived?.state === 'done' || place.placement?.state === 'moved')
    return unknown(
      `${open.from} says that the move to ${open.to} is not over, and that it is: one of them is older than it should be.`,
    );
  const isForgotten =
    note.prepared && isRecord(other) && other.name === open.to && arrived?.state !== 'running';
  return { state: 'leaving', ...open, stage: place.placement?.state ?? 'active', lost: isForgotten };
}

function onceSwitched(open: OpenMove, other: Inspection, arrived: MoveNote | undefined): FromHere {
  if (arrived?.state === 'done') return { state: 'unnoted', ...open };
  if (arrived?.state === 'running' || (isRecord(other) && other.name !== open.to))
    return { state: 'between', ...open };
  if (isUnreachable(other)) return unknown(`${open.from} has given it up to ${open.to}. ${notAsked(other)}`);
  return unknown(
    `${open.from} has given it up to ${open.to}, which knows nothing of that: it was replaced, or is older than it should be. Bring back the database that was there.`,
  );
}

/** No database says that it lives there; a copy says where it went. */
function whereTheCopySays(
  { name, placement }: PlacementRecord,
  records: readonly PlacementRecord[],
  unasked: Unreachable | undefined,
): Whereabouts {
  const there = placement?.elsewhere ?? '';
  if (unasked) return unknown(`${name} says that it lives in ${there}. ${notAsked(unasked)}`);
  const named = records.find((record) => record.name === there);
  if (!named) return { state: 'elsewhere', in: there };
  const says = named.placement
    ? named.pristine
      ? 'is empty'
      : `says that it lives in ${named.placement.elsewhere}`
    : 'has nothing of it';
  return unknown(
    `${name} says that it lives in ${there}, which ${says}: one of them was replaced, or is older than it should be.`,
  );
}

const unknown = (why: string): { state: 'unknown'; why: string } => ({ state: 'unknown', why });
/** Why a place has not been asked, as a sentence. */
export const notAsked = ({ name, unreachable }: Unreachable): string =>
  unreachable.startsWith(name) ? `${unreachable}.` : `${name} cannot be asked: ${unreachable}.`;
const isRecord = (seen: Inspection): seen is PlacementRecord => !('unreachable' in seen);
const isUnreachable = (seen: Inspection): seen is Unreachable => 'unreachable' in seen;
