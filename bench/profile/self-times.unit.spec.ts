import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';
import { functionTimes, packageTimes } from './self-times';

const at = (id: number, functionName: string, url = ''): Profiler.ProfileNode => ({
  id,
  callFrame: { functionName, url, scriptId: '', lineNumber: 9, columnNumber: 0 },
});
const file = (path: string): string => `file://${join(projectFolder(), path)}`;

const profile: Profiler.Profile = {
  startTime: 0,
  endTime: 0,
  nodes: [
    at(1, '(idle)'),
    at(2, 'query', file('node_modules/pg/lib/client.js')),
    at(3, 'query', file('node_modules/pg/lib/client.js')),
    at(4, 'parse', file('node_modules/pg/lib/query.js')),
    at(5, 'save', file('dist/src/modules/orders/order.js')),
    at(6, '(garbage collector)'),
    at(7, 'post', 'node:inspector'),
  ],
  samples: [1, 2, 3, 4, 5, 6, 7],
  timeDeltas: [900_000, 1_000, 2_000, 1_000, 4_000, 2_000, 50_000],
};

describe('self times of a profile', () => {
  it('are added up by function, the heaviest first, and waiting and being profiled do not count', () => {
    expect(functionTimes(profile, 3).map(({ name, ms, share }) => [name, ms, share])).toEqual([
      ['save src/modules/orders/order.js:10', 4, 40],
      ['query pg/lib/client.js:10', 3, 30],
      ['(garbage collector)', 2, 20],
    ]);
  });

  it('are added up by package', () => {
    expect(packageTimes(profile, 9).map(({ name, ms }) => [name, ms])).toEqual([
      ['pg', 4],
      ['src/modules/orders', 4],
      ['(garbage collector)', 2],
    ]);
  });
});
