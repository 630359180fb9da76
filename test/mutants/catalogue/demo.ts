import type { Mutant } from '../mutant.ts';

/** The demo compares what the system says with what the file says, and takes nothing for granted. */
export const demo: readonly Mutant[] = [
  {
    name: 'demo-goes-on-after-a-failure',
    breaks: 'The first failure ends the replay.',
    file: 'src/demo/concurrently.ts',
    find: 'while (next < entries.length && !failed) {',
    put: 'while (next < entries.length) {',
    specs: ['src/demo/concurrently.unit.spec.ts'],
  },
  {
    name: 'demo-does-too-much-at-a-time',
    breaks: 'No more is sent at a time than asked for.',
    file: 'src/demo/concurrently.ts',
    find: 'Math.min(concurrency, entries.length)',
    put: 'Math.max(concurrency, entries.length)',
    specs: ['src/demo/concurrently.unit.spec.ts'],
  },
  {
    name: 'one-process-speaks-for-all',
    breaks: 'Several processes are at rest when all of them are.',
    file: 'src/demo/operators.ts',
    find: 'return one === true && other === true;',
    put: 'return one === true || other === true;',
    specs: ['src/demo/operators.unit.spec.ts'],
  },
  {
    name: 'first-process-asked-only',
    breaks: 'Every process is asked.',
    file: 'src/demo/operators.ts',
    find: 'this.apis.map((api) => api.get<',
    put: 'this.apis.map(() => this.apis[0].get<',
    specs: ['src/demo/operators.unit.spec.ts'],
  },
];
