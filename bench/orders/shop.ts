import type { ApiClient } from '../../src/demo/api-client';
import { concurrently } from '../../src/demo/concurrently';
import type { PlannedCustomer } from '../../src/demo/plan';
import { CURRENCY, setUp } from '../../src/demo/set-up';
import { settled } from '../../src/demo/settled';
import type { OrderMix } from './order-mix';

/** More than all orders of a run are worth together. */
const UNLIMITED = 1_000_000_000_000;
const CONCURRENCY = 16;

/**
 * Makes the customers, items, prices and stock that the orders need, and waits until every subscription has
 * handled them.
 */
export async function openShop(
  api: ApiClient,
  ops: ApiClient,
  { plan }: OrderMix,
): Promise<Map<PlannedCustomer, string>> {
  const customerIds = await setUp(api, plan, CONCURRENCY, () => undefined);
  await concurrently([...customerIds.values()], CONCURRENCY, (customerId) =>
    api.put<void>(`/credit-accounts/${encodeURIComponent(customerId)}`, {
      limit: { amount: UNLIMITED, currency: CURRENCY },
    }),
  );
  if (!(await settled(api, ops)))
    throw new Error('The application did not come to rest after the shop was set up.');
  return customerIds;
}
