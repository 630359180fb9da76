import type { Mutant } from '../mutant.ts';

const SPECS = ['src/platform/calls/calls.int.spec.ts'];

/** Calls between processes keep the rules that hold in one. */
export const calls: readonly Mutant[] = [
  {
    name: 'bodiless-post-sent-again',
    breaks: 'A request that changes something is not sent again when its connection breaks.',
    file: 'src/platform/http/forwarding/repeatable-body.ts',
    find: '!IDEMPOTENT.has(method) &&',
    put: 'false &&',
    specs: ['src/platform/http/forwarding/forwarding.e2e.spec.ts'],
  },
  {
    name: 'loop-of-requests',
    breaks: 'A request does not go in a circle between processes.',
    file: 'src/platform/http/forwarding/forwarding.ts',
    find: 'if (hops.length >= MOST_HOPS || hops.some((hop) => hop.includes(this.pseudonym))) {',
    put: 'if (hops.length >= 1_000) {',
    specs: ['src/platform/http/forwarding/forwarding.e2e.spec.ts'],
  },
  {
    name: 'remote-command-inside-unit-of-work',
    breaks: 'A command to another process from inside a unit of work is refused.',
    file: 'src/platform/calls/remote-calls.ts',
    find: `if (contract.kind === 'command') this.work.refuseToCall(contract.module);`,
    put: '',
    specs: SPECS,
  },
  {
    name: 'own-deadline-forgotten',
    breaks: 'A call inside a call does not outlast it.',
    file: 'src/platform/calls/remote-calls.ts',
    find: 'return Deadline.in(longest).orEarlier(currentDeadline());',
    put: 'return Deadline.in(longest);',
    specs: SPECS,
  },
  {
    name: 'call-keeps-transaction-idle',
    breaks: 'A call from inside a transaction ends before the server ends the transaction.',
    file: 'src/platform/calls/remote-calls.ts',
    find: 'this.work.isTransactional',
    put: 'false',
    specs: SPECS,
  },
  {
    name: 'asks-on-while-nothing-waits',
    breaks: 'A module that is away is asked for only while a caller waits.',
    file: 'src/platform/calls/module-liveness.ts',
    find: 'for (let attempt = 1; this.waiting > 0;',
    put: 'for (let attempt = 1; this.waiting >= 0;',
    specs: ['src/platform/calls/module-liveness.unit.spec.ts'],
  },
  {
    name: 'every-caller-asks',
    breaks: 'However many callers wait for a module, one question at a time is asked.',
    file: 'src/platform/calls/module-liveness.ts',
    find: 'this.looking ??= this.probe().finally(() => (this.looking = undefined));',
    put: 'this.looking = this.probe().finally(() => (this.looking = undefined));',
    specs: ['src/platform/calls/module-liveness.unit.spec.ts'],
  },
];
