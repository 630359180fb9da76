import { relative } from 'node:path';
import type { Profiler } from 'node:inspector';
import { projectFolder } from '../../src/demo/project-folder';

/** Time spent in something itself, without what it called. */
export interface SelfTime {
  readonly name: string;
  readonly ms: number;
  /** Of the time in which the process did anything, percent. */
  readonly share: number;
}

/** Not the program's doing: it waited, or was being profiled. */
const isForeign = ({ functionName, url }: Profiler.ProfileNode['callFrame']): boolean =>
  functionName === '(idle)' || url === 'node:inspector';

/** The functions that took longest, the heaviest first. */
export const functionTimes = (profile: Profiler.Profile, most: number): SelfTime[] =>
  heaviest(profile, most, ({ functionName, url, lineNumber }) => {
    const name = functionName || '(anonymous)';
    return url ? `${name} ${placeOf(url)}:${lineNumber + 1}` : name;
  });

/** The same by package, part of Node or folder of ours. */
export const packageTimes = (profile: Profiler.Profile, most: number): SelfTime[] =>
  heaviest(profile, most, ({ functionName, url }) =>
    url ? packageOf(placeOf(url)) : functionName || '(anonymous)',
  );

function heaviest(
  profile: Profiler.Profile,
  most: number,
  nameOf: (frame: Profiler.ProfileNode['callFrame']) => string,
): SelfTime[] {
  const own = profile.nodes.filter(({ callFrame }) => !isForeign(callFrame));
  const names = new Map(own.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  profile.samples?.forEach((id, index) => {
    const name = names.get(id);
    if (name !== undefined)
      times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1_000);
  });
  const busy = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  return [...times]
    .map(([name, ms]) => ({ name, ms, share: (100 * ms) / busy }))
    .sort((one, other) => other.ms - one.ms)
    .slice(0, most);
}

function placeOf(url: string): string {
  if (!url.startsWith('file:') && !url.startsWith('/')) return url;
  const path = relative(projectFolder(), url.replace(/^file:\/\//, ''));
  return path.replace(/^.*node_modules\//, '').replace(/^dist\//, '');
}

function packageOf(place: string): string {
  if (place.startsWith('node:')) return place.split('/').slice(0, 2).join('/');
  const parts = place.split('/');
  const depth = parts[0] === 'src' ? 3 : parts[0].startsWith('@') ? 2 : 1;
  return parts.slice(0, depth).join('/');
}
