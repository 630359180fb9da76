import type { Hosting } from './hosting';

/**
 * Where a message or call between modules goes, as this process sees it: `local` when both ends are here,
 * `crosses` when one is here and the other is not, `elsewhere` when neither is.
 */
export type Locality = 'local' | 'crosses' | 'elsewhere';

/** The locality of a message or call from one module to another. */
export function localityBetween(hosting: Pick<Hosting, 'hosts'>, from: string, to: string): Locality {
  if (hosting.hosts(from) && hosting.hosts(to)) return 'local';
  return hosting.hosts(from) || hosting.hosts(to) ? 'crosses' : 'elsewhere';
}

/** The locality of what belongs to one module. */
export const localityOf = (hosting: Pick<Hosting, 'hosts'>, module: string): Locality =>
  localityBetween(hosting, module, module);

/** The locality of a whole: it crosses when a part of it does. Without parts, it is where its module is. */
export function combinedLocality(own: Locality, parts: readonly Locality[]): Locality {
  if (parts.includes('crosses')) return 'crosses';
  return own;
}
