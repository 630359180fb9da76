import type { ApiClient } from './api-client';
import { concurrently } from './concurrently';
import { CREDIT_LIMIT, type Plan, type PlannedCustomer, type PlannedItem } from './plan';

export const CURRENCY = 'GBP';
const LONGEST_NAME = 200;

/**
 * Makes the customers with their credit limits, and the items with their list prices and opening stock.
 * Answers the id that the application gave each customer; `done` is called after every customer and item.
 */
export async function setUp(
  api: ApiClient,
  plan: Plan,
  concurrency: number,
  done: () => void,
): Promise<Map<PlannedCustomer, string>> {
  const customerIds = new Map<PlannedCustomer, string>();
  await concurrently(plan.customers, concurrency, async (customer) => {
    customerIds.set(customer, await register(api, customer));
    done();
  });
  await concurrently(plan.items, concurrency, async (item) => {
    await add(api, item);
    done();
  });
  return customerIds;
}

async function register(api: ApiClient, { name, country }: PlannedCustomer): Promise<string> {
  const { customerId } = await api.post<{ customerId: string }>('/customers', {
    name,
    address: { recipient: name, country },
  });
  await api.put(`/credit-accounts/${encodeURIComponent(customerId)}`, {
    limit: { amount: CREDIT_LIMIT, currency: CURRENCY },
  });
  return customerId;
}

async function add(
  api: ApiClient,
  { itemId, name, stockTracked, listPrice, openingStock }: PlannedItem,
): Promise<void> {
  const inPath = encodeURIComponent(itemId);
  await api.post('/items', { itemId, name: name.slice(0, LONGEST_NAME), stockTracked });
  if (listPrice > 0)
    await api.put(`/prices/${inPath}`, { unitPrice: { amount: listPrice, currency: CURRENCY } });
  if (openingStock > 0) await api.post(`/stock/${inPath}/receipts`, { quantity: openingStock });
}
