import type { Mutant } from '../mutant.ts';

const REPORT = {
  file: 'src/platform/start/change-report.ts',
  specs: ['src/platform/start/change-report.unit.spec.ts'],
};
const METER = {
  file: 'src/platform/start/wait-meter.ts',
  specs: ['src/platform/start/wait-meter.unit.spec.ts'],
};
const SETTLED = {
  file: 'src/platform/kernel/all-settled.ts',
  specs: ['src/platform/kernel/all-settled.unit.spec.ts'],
};

/** A process starts and changes in order, and says what that cost its clients. */
export const start: readonly Mutant[] = [
  {
    name: 'waits-of-the-process-itself',
    breaks: 'What is said of waits is what clients saw, until the module answers again.',
    ...REPORT,
    find: 'while (!(await this.options.isSettled().catch(() => false))) {',
    put: 'while (this.stopping.signal.aborted) {',
  },
  {
    name: 'a-measurement-for-each-step',
    breaks: 'Changes that follow one another before a module answers again are one.',
    ...REPORT,
    find: 'this.measurement ??= this.options.meter.measure();',
    put: 'this.measurement = this.options.meter.measure();',
  },
  {
    name: 'early-requests-forgotten',
    breaks: 'A request that waited before a change began counts from when it came.',
    ...METER,
    find: 'for (const response of this.waiting.keys()) if (!response.headersSent) this.follow(response, measurement);',
    put: '',
  },
  {
    name: 'streams-counted-to-their-end',
    breaks: 'The wait for a stream of events ends with its first byte.',
    ...METER,
    find: '      over();\n      return written;',
    put: '      return written;',
  },
  {
    name: 'others-left-behind',
    breaks: 'A start that fails has nothing on its way any more.',
    ...SETTLED,
    find: 'const outcomes = await Promise.allSettled(begun);',
    put: `const outcomes = (await Promise.all(begun)).map((value) => ({ status: 'fulfilled' as 'fulfilled' | 'rejected', value, reason: undefined as unknown }));`,
  },
];
