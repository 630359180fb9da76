import type { Mutant } from '../mutant.ts';

const SHIPMENT = 'src/modules/shipping/domain/shipment.ts';
const SHIPMENTS = 'src/modules/shipping/persistence/shipment.repository.ts';
const RESERVATION = 'src/modules/inventory/domain/reservation.ts';
const [SHIPMENT_SPECS, SHIPPING_SPECS, RESERVATION_SPECS, FULFILMENT_SPECS, BOOKS_SPECS] = [
  'src/modules/shipping/domain/shipment.unit.spec.ts',
  'src/modules/shipping/shipping.int.spec.ts',
  'src/modules/inventory/domain/reservation.unit.spec.ts',
  'src/modules/orders/fulfilment/fulfilment.unit.spec.ts',
  'src/invariants/invariants.int.spec.ts',
].map((spec) => [spec]);

/** A parcel that does not arrive ends its order once, and its goods end somewhere. */
export const parcels: readonly Mutant[] = [
  {
    name: 'lost-parcel-is-delivered',
    breaks: 'What is lost is not delivered any more: of two reports one counts.',
    file: SHIPMENT,
    find: "    this.mustBe('dispatched');\n    this.heardAt = at;\n    if (outcome",
    put: "    this.mustBe('dispatched', 'lost');\n    this.heardAt = at;\n    if (outcome",
    specs: SHIPMENT_SPECS,
  },
  {
    name: 'found-parcel-stays-lost',
    breaks: 'A parcel that was lost may turn up and be returned.',
    file: SHIPMENT,
    find: "this.mustBe('dispatched', 'refused', 'lost');",
    put: "this.mustBe('dispatched', 'refused');",
    specs: SHIPMENT_SPECS,
  },
  {
    name: 'report-does-not-end-the-silence',
    breaks: 'A parcel of which something was heard since is not given up.',
    file: SHIPMENT,
    find: 'const heardAt = this.heardAt ?? this.dispatchedAt;',
    put: 'const heardAt = this.dispatchedAt;',
    specs: SHIPMENT_SPECS,
  },
  {
    name: 'silent-parcel-of-an-earlier-version-forgotten',
    breaks: 'Of a parcel that an earlier version has dispatched, the dispatch is the last word.',
    file: SHIPMENTS,
    find: 'and coalesce(heard_at, dispatched_at) <= $1',
    put: 'and heard_at <= $1',
    specs: SHIPPING_SPECS,
  },
  {
    name: 'goods-that-left-are-released',
    breaks: 'What the pivot has used up is not undone after it.',
    file: 'src/platform/sagas/saga-machine.ts',
    find: '!(pivotIsDone && compensation.untilPivot)',
    put: 'true',
    specs: FULFILMENT_SPECS,
  },
  {
    name: 'found-goods-stay-lost',
    breaks: 'The goods of a parcel that turns up are lost no more.',
    file: RESERVATION,
    find: "this.parcel === 'lost' ? TURN_UP : COME_BACK",
    put: 'COME_BACK',
    specs: RESERVATION_SPECS,
  },
  {
    name: 'parcel-settled-for-another-order',
    breaks: 'Goods of a parcel are settled for the order that left with it.',
    file: RESERVATION,
    find: 'if (isOther || (this.state',
    put: 'if ((this.state',
    specs: RESERVATION_SPECS,
  },
  {
    name: 'released-though-the-parcel-is-known',
    breaks: 'Goods whose parcel is lost or back have left, even if the dispatch was not heard of yet.',
    file: RESERVATION,
    find: 'if (this.returns.length > 0 || this.parcel) return false;',
    put: 'if (this.returns.length > 0) return false;',
    specs: RESERVATION_SPECS,
  },
  {
    name: 'books-blind-to-lost-goods',
    breaks: 'The check of the books counts what was lost.',
    file: 'src/invariants/parcel-that-did-not-arrive-is-settled.ts',
    find: "when s.state in ('lost', 'returned') then s.state end",
    put: "when s.state in ('lost', 'returned') then r.parcel end",
    specs: BOOKS_SPECS,
  },
];
