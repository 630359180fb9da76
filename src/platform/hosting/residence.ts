import type { PlacementState } from '../extraction/fence/placement';

/** What the database that a process uses for a module says of it: whether it lives there. */
export type Residence =
  | { readonly state: 'active' }
  | { readonly state: Exclude<PlacementState, 'active'>; readonly elsewhere: string }
  /** There is no such database yet, or nothing of the module in it. */
  | { readonly state: 'absent'; readonly place: string; readonly reason: string };

/** By module. */
export type Residences = ReadonlyMap<string, Residence>;

/** A module that a process was asked to host and that lives elsewhere: taken up as soon as it comes. */
export interface StandBy {
  readonly module: string;
  /** For people: where the module is, as the end of a sentence that begins with its name. */
  readonly where: string;
}

/** Those that live in the databases which this process uses for them. */
export const residentsAmong = (asked: readonly string[], residences: Residences): string[] =>
  asked.filter((module) => residences.get(module)?.state === 'active');

/** The others, and where they are. */
export const standBysAmong = (asked: readonly string[], residences: Residences): StandBy[] =>
  asked.flatMap((module) => {
    const residence = residences.get(module);
    return residence && residence.state !== 'active' ? [{ module, where: whereIs(residence) }] : [];
  });

function whereIs(residence: Exclude<Residence, { state: 'active' }>): string {
  switch (residence.state) {
    case 'absent':
      return `for which there is nothing in ${residence.place} yet (${residence.reason}): npm run extract makes it`;
    case 'moved':
      return `which lives in ${residence.elsewhere}`;
    case 'leaving':
    case 'fenced':
      return `which is on its way to ${residence.elsewhere}`;
  }
}
