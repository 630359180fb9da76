import type { Mutant } from '../mutant.ts';

const IDEMPOTENCY = 'src/platform/http/idempotency.ts';
const SPECS = ['src/platform/http/idempotency.int.spec.ts'];

/** A request has its effect once. */
export const http: readonly Mutant[] = [
  {
    name: 'key-reused-for-another-body',
    breaks: 'A key that was used for another request is refused.',
    file: IDEMPOTENCY,
    find: 'if (first.fingerprint !== null && first.fingerprint !== fingerprint) {',
    put: 'if (first.fingerprint === undefined) {',
    specs: SPECS,
  },
  {
    name: 'key-in-flight-not-locked',
    breaks: 'Of two requests with one key at a time, the second is told so.',
    file: IDEMPOTENCY,
    find: 'if (!locked) throw',
    put: 'if (locked === undefined) throw',
    specs: SPECS,
  },
  {
    name: 'key-kept-too-short',
    breaks: 'An answer can be replayed for 24 hours.',
    file: IDEMPOTENCY,
    find: 'this.clock.aheadMs - IDEMPOTENCY_WINDOW_MS],',
    put: 'this.clock.aheadMs - IDEMPOTENCY_WINDOW_MS / 2],',
    specs: SPECS,
  },
  {
    name: 'fresh-keys-purged',
    breaks: 'Only answers that can no longer be replayed are purged.',
    file: 'src/platform/http/idempotency-purge.ts',
    find: 'this.clock.aheadMs - IDEMPOTENCY_WINDOW_MS',
    put: 'this.clock.aheadMs',
    specs: SPECS,
  },
  {
    name: 'key-of-any-caller',
    breaks: 'A key belongs to a route and a caller.',
    file: IDEMPOTENCY,
    find: 'on conflict (key, route, caller) do update set fingerprint = excluded.fingerprint, answer',
    put: 'on conflict (key, route, caller) do update set fingerprint = idempotency_keys.fingerprint, answer',
    specs: SPECS,
  },
  {
    name: 'weak-tag-matches',
    breaks: 'A weak entity tag matches nothing.',
    file: 'src/platform/http/if-match.ts',
    find: 'if (weak || !VERSION.test(version))',
    put: 'if (!VERSION.test(version))',
    specs: ['src/platform/http/headers.unit.spec.ts'],
  },
  {
    name: 'second-reference-accepted',
    breaks: 'A second resource with the same reference is refused, and names the first.',
    file: 'src/modules/orders/persistence/order.repository.ts',
    find: 'if (other) throw referenceTaken(other.orderId);',
    put: 'if (other) referenceTaken(other.orderId);',
    specs: ['src/modules/orders/place-order/place-order.int.spec.ts'],
  },
  {
    name: 'cursor-of-any-list',
    breaks: 'A cursor goes on with the filters and the sort that it was made under.',
    file: 'src/platform/http/paging.ts',
    find: 'if (given !== mark)',
    put: 'if (given === undefined && mark)',
    specs: ['src/modules/orders/list-orders/list-orders.int.spec.ts'],
  },
  {
    name: 'page-ends-at-a-millisecond',
    breaks: 'A page goes on after its last order, however close in time the next ones are.',
    file: 'src/modules/orders/list-orders/list-orders.reader.ts',
    find: 'SS.US"Z"',
    put: 'SS.MS"000Z"',
    specs: ['src/modules/orders/list-orders/list-orders.int.spec.ts'],
  },
  {
    name: 'every-count-exact',
    breaks: 'A count that stops at its limit says that there are more.',
    file: 'src/modules/orders/list-orders/list-orders.reader.ts',
    find: 'exact: orders <= MOST_COUNTED',
    put: 'exact: orders > 0',
    specs: ['src/modules/orders/list-orders/list-orders.int.spec.ts'],
  },
  {
    name: 'interval-with-its-end',
    breaks: 'What was placed at `placedTo` is not counted.',
    file: 'src/modules/orders/list-orders/order-list.ts',
    find: 'and placed_at < ${parameter(end)}',
    put: 'and placed_at <= ${parameter(end)}',
    specs: ['src/modules/orders/list-orders/list-orders.int.spec.ts'],
  },
  {
    name: 'inherited-names-in-metadata',
    breaks: 'A name that JavaScript objects inherit is refused, and not taken out in silence.',
    file: 'src/platform/http/inherited-names.ts',
    find: ': Object.prototype;',
    put: ': (Object.create(null) as object);',
    specs: ['src/platform/http/labels.unit.spec.ts'],
  },
];
