import { describeWhereabouts } from './describe';
import type { Whereabouts } from './whereabouts';

/** A module, the place that a command takes it from, and the one that it takes it to. */
export interface Way {
  readonly module: string;
  readonly source: string;
  readonly target: string;
}

export type Refused = { readonly do: 'refuse'; readonly because: string };
/** Report: it is there already, brought by that move if by one. */
export type MoveDecision =
  | { readonly do: 'begin' }
  | { readonly do: 'resume'; readonly move: string }
  | { readonly do: 'report'; readonly move: string | undefined }
  | Refused;
export type RollBackDecision =
  { readonly do: 'undo'; readonly move: string } | { readonly do: 'tidy' } | Refused;
export type DropSourceCopyDecision = { readonly do: 'empty' } | Refused;

/** What a command does that is to bring a module from its source to its target. */
export function decideMove(found: Whereabouts, way: Way): MoveDecision {
  if (found.state === 'lives') {
    if (found.unasked) return refuse(found, way);
    if (found.in === way.source) return { do: 'begin' };
    if (found.alsoEmpty === way.source)
      return {
        do: 'refuse',
        because: `${way.target} already holds data of its own, and ${way.source} has an empty schema that says that ${way.module} lives there. Drop the one that may go.`,
      };
    const isUnnoted = found.unnoted.some(({ move, place }) => move === found.cameBy && place === way.source);
    return found.cameBy !== undefined && isUnnoted
      ? { do: 'resume', move: found.cameBy }
      : { do: 'report', move: found.cameBy };
  }
  const isThisWay =
    (found.state === 'leaving' || found.state === 'between') &&
    found.from === way.source &&
    found.to === way.target;
  if (isThisWay && !(found.state === 'leaving' && found.lost)) return { do: 'resume', move: found.move };
  return refuse(found, way);
}

/** What a command does that is to undo the move of a module from its source to its target. */
export function decideRollBack(found: Whereabouts, way: Way): RollBackDecision {
  const { module, source, target } = way;
  if (found.state === 'leaving' && found.from === source) {
    if (found.to === target) return { do: 'undo', move: found.move };
    return {
      do: 'refuse',
      because: `${module} is on its way to ${found.to}, not to ${target}. Name that place.`,
    };
  }
  if (found.state === 'lives' && found.in === source) return { do: 'tidy' };
  if (
    (found.state === 'lives' && found.in === target) ||
    (found.state === 'between' && found.from === source)
  )
    return {
      do: 'refuse',
      because: `${module} has been given to ${target}, which cannot be rolled back. ${describeWhereabouts(module, found)} Bring it back with another move.`,
    };
  return refuse(found, way);
}

/** What a command does that is to drop the copy that a module has left in its source. */
export function decideDropSourceCopy(found: Whereabouts, way: Way): DropSourceCopyDecision {
  if (found.state === 'lives' && found.in === way.target && !found.unasked && found.alsoEmpty === undefined)
    return { do: 'empty' };
  return refuse(found, way);
}

const refuse = (found: Whereabouts, { module }: Way): Refused => ({
  do: 'refuse',
  because: describeWhereabouts(module, found),
});
