import type { Check } from './check';
import { acknowledgedIsKept } from './i1-acknowledged-is-kept';
import { committedReachesEverybody } from './i2-committed-reaches-everybody';
import { oneEffectPerMessage } from './i3-one-effect-per-message';
import { booksAddUp } from './i4-books-add-up';
import { keysKeepTheirOrder } from './i5-keys-keep-their-order';
import { nothingIsStuck } from './i6-nothing-is-stuck';
import { everybodyIsUp } from './i7-everybody-is-up';

export const allChecks: readonly Check[] = [
  acknowledgedIsKept,
  committedReachesEverybody,
  oneEffectPerMessage,
  booksAddUp,
  keysKeepTheirOrder,
  nothingIsStuck,
  everybodyIsUp,
];
