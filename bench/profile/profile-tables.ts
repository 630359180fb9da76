import type { Profiler } from 'node:inspector';
import type { Table } from '../harness/outcome';
import { functionTimes, packageTimes, type SelfTime } from './self-times';

const FUNCTIONS = 30;
const PACKAGES = 20;

/** Where the time went: by package and by function. */
export const profileTables = (id: string, what: string, profile: Profiler.Profile): Table[] => [
  tableOf(`${id}-packages`, `${what}: self time by package`, packageTimes(profile, PACKAGES)),
  tableOf(`${id}-functions`, `${what}: self time by function`, functionTimes(profile, FUNCTIONS)),
];

const tableOf = (id: string, title: string, times: readonly SelfTime[]): Table => ({
  id,
  title,
  columns: [
    { key: 'share', title: 'of the busy time', unit: '%', decimals: 1, show: 'median' },
    { key: 'ms', title: 'time', unit: 'ms', show: 'median' },
  ],
  rows: times.map(({ name, ms, share }) => ({
    contestant: name,
    variant: '',
    figures: { share: [share], ms: [ms] },
  })),
});
