import { type Invariant, logHasNoGaps, nothingIsParked } from '../platform/invariants';
import { completedOrderWasDelivered } from './completed-order-was-delivered';
import { creditAccountsAddUp } from './credit-accounts-add-up';
import { creditHoldEndsWithItsOrder } from './credit-hold-ends-with-its-order';
import { logTellsEveryChange } from './log-tells-every-change';
import { moneyAddsUp } from './money-adds-up';
import { orderIsFinalOrWaiting } from './order-is-final-or-waiting';
import { parcelThatDidNotArriveIsSettled } from './parcel-that-did-not-arrive-is-settled';
import { reservationEndsWithItsOrder } from './reservation-ends-with-its-order';
import { returnedGoodsAreBack } from './returned-goods-are-back';
import { stockAddsUp } from './stock-adds-up';

/**
 * What holds across modules whenever the system is at rest. Only the auditor may look into all of them at
 * once, so this stands outside of all.
 */
export const invariants: readonly Invariant[] = [
  orderIsFinalOrWaiting,
  stockAddsUp,
  reservationEndsWithItsOrder,
  creditHoldEndsWithItsOrder,
  creditAccountsAddUp,
  moneyAddsUp,
  completedOrderWasDelivered,
  parcelThatDidNotArriveIsSettled,
  returnedGoodsAreBack,
  logTellsEveryChange,
  logHasNoGaps,
  nothingIsParked,
];
