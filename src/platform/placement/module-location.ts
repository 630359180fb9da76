import type { Standby } from '../config/standby';
import type { Placement, PlacementState } from './placement';
import { standingOf } from './standing';

/** What the database that a process uses for a module says of it: whether it lives there. */
export type ModuleLocation =
  | { readonly state: 'active' }
  | { readonly state: Exclude<PlacementState, 'active'>; readonly elsewhere: string }
  /**
   * The database holds nothing of the module yet, and the module has another place; `elsewhere` is the end of
   * a sentence about it.
   */
  | { readonly state: 'second'; readonly place: string; readonly elsewhere: string }
  /** There is no such database yet, or nothing of the module in it. */
  | { readonly state: 'absent'; readonly place: string; readonly reason: string };

/** What a database says of a module, by what is written down there. */
export function locationFromPlacement({ state, elsewhere }: Placement): ModuleLocation {
  return state === 'active' ? { state } : { state, elsewhere: elsewhere ?? '' };
}

const isHere = (location: ModuleLocation | undefined): boolean =>
  location !== undefined &&
  location.state !== 'absent' &&
  location.state !== 'second' &&
  standingOf(location) === 'here';

/** By module. */
export type ModuleLocations = ReadonlyMap<string, ModuleLocation>;

/** The modules that live in the databases which this process uses for them. */
export const modulesLivingHere = (asked: readonly string[], locations: ModuleLocations): string[] =>
  asked.filter((module) => isHere(locations.get(module)));

/** The other modules, and where they live. */
export const standbysAmong = (asked: readonly string[], locations: ModuleLocations): Standby[] =>
  asked.flatMap((module) => {
    const location = locations.get(module);
    return location && !isHere(location) ? [{ module, where: describeLocation(location) }] : [];
  });

function describeLocation(location: ModuleLocation): string {
  if (location.state === 'absent')
    return `for which there is nothing in ${location.place} yet (${location.reason}): npm run extract makes it`;
  if (location.state === 'second')
    return (
      `${location.elsewhere}; ${location.place} would be a second place for it and is empty. If that is the wrong database, set the right one. ` +
      'If the module is to live there, npm run extract moves it; if its other place is lost, npm run ops -- begin-generation says so'
    );
  if (location.state === 'active') return 'which lives here';
  return standingOf(location) === 'elsewhere'
    ? `which lives in ${location.elsewhere}`
    : `which is on its way to ${location.elsewhere}`;
}
