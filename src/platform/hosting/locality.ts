import type { Hosting } from './hosting';

/**
 * Where something between modules goes, as this process sees it: `local` when both its ends are here, `crosses` when one is here and the
 * other is not, `elsewhere` when neither is.
 */
export type Locality = 'local' | 'crosses' | 'elsewhere';

/** Where something goes from one module to another. */
export function localityBetween(hosting: Pick<Hosting, 'hosts'>, from: string, to: string): Locality {
  if (hosting.hosts(from) && hosting.hosts(to)) return 'local';
  return hosting.hosts(from) || hosting.hosts(to) ? 'crosses' : 'elsewhere';
}

/** Where something is that belongs to one module. */
export const localityOf = (hosting: Pick<Hosting, 'hosts'>, module: string): Locality => localityBetween(hosting, module, module);

/** What is true of a whole: it crosses when a part of it does. A whole of no parts is where its module is. */
export function combinedLocality(own: Locality, parts: readonly Locality[]): Locality {
  if (parts.includes('crosses')) return 'crosses';
  return own;
}
