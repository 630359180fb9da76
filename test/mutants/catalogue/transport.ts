import type { Mutant } from '../mutant.ts';

const RELAY = 'src/platform/transport/log-relay.ts';
const CURSOR = 'src/platform/transport/stream-cursor.ts';
const SPECS = ['test/transport/broken-broker.int.spec.ts', 'test/transport/nats.int.spec.ts'];

/** The stream holds the log, in its order and with nothing left out. */
export const transport: readonly Mutant[] = [
  {
    name: 'relay-does-not-wait-for-acknowledgements',
    breaks: 'What the broker has not acknowledged is not taken for published.',
    file: RELAY,
    find: 'await Promise.all(sent);',
    put: 'Promise.all(sent).catch(() => undefined);',
    specs: SPECS,
  },
  {
    name: 'relay-expects-nothing',
    breaks: 'A relay whose term is over cannot publish.',
    file: RELAY,
    find: 'expect: { lastSequence: follows },',
    put: 'expect: {},',
    specs: SPECS,
  },
  {
    name: 'relay-ignores-its-term',
    breaks: 'A relay publishes nothing after its term.',
    file: RELAY,
    find: 'if (performance.now() > term.until) return;',
    put: '',
    specs: ['test/transport/relay-lease.int.spec.ts', ...SPECS],
  },
  {
    name: 'wiped-stream-not-noticed',
    breaks: 'A stream that was wiped is filled again, also when nothing is published.',
    file: RELAY,
    find: 'if (!moved && !(await stream.endsAt(place.sequence))) return;',
    put: '',
    specs: SPECS,
  },
  {
    name: 'lost-delivery-ignored',
    breaks: 'A message that was lost on its way from the broker is noticed.',
    file: CURSOR,
    find: 'if (delivery !== this.delivered)',
    put: 'if (delivery < 0)',
    specs: ['test/transport/nats.int.spec.ts'],
  },
];
