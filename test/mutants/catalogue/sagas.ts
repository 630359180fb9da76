import type { Mutant } from '../mutant.ts';

const MACHINE = 'src/platform/sagas/saga-machine.ts';
const MACHINE_SPECS = ['src/modules/orders/fulfilment/fulfilment.unit.spec.ts'];

/** A process comes to an end, and undoes what it held. */
export const sagas: readonly Mutant[] = [
  {
    name: 'failed-deadline-comes-first-for-ever',
    breaks: 'A deadline that failed, or about which nothing is said, waits, and the others are acted upon.',
    file: 'src/platform/sagas/due-deadlines.ts',
    find: 'and (f.retry_at is null or f.retry_at <= clock_timestamp())',
    put: '',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'first-failed-deadline-decides',
    breaks: 'A deadline that throws keeps no other waiting.',
    file: 'src/platform/sagas/saga-deadlines.ts',
    find: 'await table.failed(deadline, String(error).slice(0, LONGEST_ERROR));',
    put: 'throw error;',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'deadline-by-the-process-clock',
    breaks: 'Deadlines are set and judged by the clock of the database.',
    file: 'src/platform/unit-of-work/clock.ts',
    find: 'this.databases?.now(this.work?.runningModule) ?? Date.now()',
    put: 'Date.now()',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'deadline-does-not-wait-for-handling',
    breaks: 'An answer that is there but not handled counts as come.',
    file: 'src/platform/sagas/saga-deadlines.ts',
    find: 'return !end || comparePositions(',
    put: 'return end !== undefined || comparePositions(',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'deadline-ignores-held-answer',
    breaks: 'A deadline waits while a message of the process is held back.',
    file: 'src/platform/sagas/due-deadlines.ts',
    find: 'and not exists (select from held_messages h where',
    put: 'and not exists (select from held_messages h where false and',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'deadline-never-cleared',
    breaks: 'A process that was answered has no deadline any more.',
    file: 'src/platform/sagas/saga-store.ts',
    find: 'deadline_at: instance.deadlineAt ?? null,',
    put: 'deadline_at: instance.deadlineAt ?? new Date(0),',
    specs: ['src/platform/sagas/saga-deadlines.int.spec.ts'],
  },
  {
    name: 'deadline-of-moved-on-process-fires',
    breaks: 'A deadline changes nothing when the process has moved on.',
    file: MACHINE,
    find: '!instance.deadlineAt || instance.deadlineAt > now',
    put: '!instance.deadlineAt',
    specs: MACHINE_SPECS,
  },
  {
    name: 'late-answer-not-compensated',
    breaks: 'A step whose answer may still come is undone, too.',
    file: MACHINE,
    find: `['sent', 'done'].includes(`,
    put: `['done'].includes(`,
    specs: MACHINE_SPECS,
  },
  {
    name: 'undone-in-order',
    breaks: 'Compensation runs in reverse.',
    file: MACHINE,
    find: 'this.definition.steps.findLast(',
    put: 'this.definition.steps.find(',
    specs: MACHINE_SPECS,
  },
  {
    name: 'cancelled-past-pivot',
    breaks: 'Nothing is turned back past the pivot.',
    file: MACHINE,
    find: `(step.kind === 'pivot' && instance.steps[step.name] === 'done') ||`,
    put: '',
    specs: MACHINE_SPECS,
  },
  {
    name: 'pivot-loses-to-undo',
    breaks: 'A pivot that was faster than the wish to turn back wins.',
    file: MACHINE,
    find: `if (step.kind === 'pivot' && answers(step.done, event)) {`,
    put: `if (step.kind === 'retriable' && answers(step.done, event)) {`,
    specs: MACHINE_SPECS,
  },
  {
    name: 'begun-twice',
    breaks: 'A repeated start changes nothing.',
    file: 'src/platform/sagas/saga-runtime.ts',
    find: 'if (!isNew) return;',
    put: '',
    specs: ['src/modules/orders/place-order/place-order.int.spec.ts'],
  },
];
