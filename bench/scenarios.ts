import type { Scenario } from './harness/scenario';
import { drain } from './scenarios/drain';
import { drainInOrder } from './scenarios/drain-in-order';
import { growth } from './scenarios/growth';
import { handleWithUpdate } from './scenarios/handle-with-update';
import { latency } from './scenarios/latency';
import { openTransaction } from './scenarios/open-transaction';
import { orders } from './scenarios/orders';
import { publishInBulk } from './scenarios/publish-in-bulk';
import { publishWithUpdate } from './scenarios/publish-with-update';

/** In the order in which they run and are reported. */
export const scenarios: readonly Scenario[] = [
  publishWithUpdate,
  publishInBulk,
  drain,
  drainInOrder,
  handleWithUpdate,
  latency,
  openTransaction,
  orders,
  growth,
];
