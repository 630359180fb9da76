import type { PlacementState } from './placement';

/**
 * What one place alone says of a module. Processes look at no other place: they work with a module only where
 * it is `here`. On its way: it lives there still, and has been asked to go.
 */
export type Standing = 'here' | 'on its way' | 'elsewhere';

export function standingOf({ state }: { readonly state: PlacementState }): Standing {
  if (state === 'active') return 'here';
  return state === 'moved' ? 'elsewhere' : 'on its way';
}
