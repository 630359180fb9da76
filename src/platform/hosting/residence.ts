import type { StandBy } from '../config/stand-by';
import type { Placement, PlacementState } from '../extraction/fence/placement';
import { standingOf } from '../extraction/whereabouts/standing';

/** What the database that a process uses for a module says of it: whether it lives there. */
export type Residence =
  | { readonly state: 'active' }
  | { readonly state: Exclude<PlacementState, 'active'>; readonly elsewhere: string }
  /** The database holds nothing of the module yet, and the module has another place; `elsewhere` is the end of a sentence about it. */
  | { readonly state: 'second'; readonly place: string; readonly elsewhere: string }
  /** There is no such database yet, or nothing of the module in it. */
  | { readonly state: 'absent'; readonly place: string; readonly reason: string };

/** What a database says of a module, by what is written down there. */
export function residenceBy({ state, elsewhere }: Placement): Residence {
  return state === 'active' ? { state } : { state, elsewhere: elsewhere ?? '' };
}

const isHere = (residence: Residence | undefined): boolean =>
  residence !== undefined && residence.state !== 'absent' && residence.state !== 'second' && standingOf(residence) === 'here';

/** By module. */
export type Residences = ReadonlyMap<string, Residence>;

/** Those that live in the databases which this process uses for them. */
export const residentsAmong = (asked: readonly string[], residences: Residences): string[] =>
  asked.filter((module) => isHere(residences.get(module)));

/** The others, and where they are. */
export const standBysAmong = (asked: readonly string[], residences: Residences): StandBy[] =>
  asked.flatMap((module) => {
    const residence = residences.get(module);
    return residence && !isHere(residence) ? [{ module, where: whereIs(residence) }] : [];
  });

function whereIs(residence: Residence): string {
  if (residence.state === 'absent')
    return `for which there is nothing in ${residence.place} yet (${residence.reason}): npm run extract makes it`;
  if (residence.state === 'second')
    return (
      `${residence.elsewhere}; ${residence.place} would be a second place for it and is empty. If that is the wrong database, set the right one. ` +
      'If the module is to live there, npm run extract moves it; if its other place is lost, npm run ops -- begin-generation says so'
    );
  if (residence.state === 'active') return 'which lives here';
  return standingOf(residence) === 'elsewhere' ? `which lives in ${residence.elsewhere}` : `which is on its way to ${residence.elsewhere}`;
}
