import { setTimeout as sleep } from 'node:timers/promises';
import { AgreedPrices } from './agreed-prices';
import { type ApiClient, ApiProblem } from './api-client';
import { concurrently } from './concurrently';
import type { Plan, PlannedAdjustment, PlannedCustomer, PlannedOrder, PlannedReturn } from './plan';
import { ReturnableOrders } from './returnable-orders';
import { CURRENCY } from './set-up';
import type { Tally } from './tally';

interface OrderView {
  orderId: string;
  state: string;
}

const FINAL_STATES = ['completed', 'rejected', 'cancelled'] as const;
type FinalState = (typeof FINAL_STATES)[number];

/** Most customers of the invoices are wholesalers. */
const SALES_CHANNEL = 'wholesale';
const WAIT_SECONDS = 30;
const LONGEST_PAUSE_MS = 500;
/** An order that takes longer is stuck. */
const ORDER_DEADLINE_MS = 300_000;

/** Plays the plan: each customer's steps one after the other, different customers side by side. */
export class Player {
  private readonly agreedPrices: AgreedPrices;

  constructor(
    private readonly api: ApiClient,
    private readonly plan: Plan,
    private readonly customerIds: Map<PlannedCustomer, string>,
    private readonly tally: Tally,
  ) {
    this.agreedPrices = new AgreedPrices(api, plan);
  }

  async play(concurrency: number): Promise<void> {
    // The longest first, or the run ends with one long customer on its own.
    const customers = this.plan.customers.toSorted((one, other) => other.steps.length - one.steps.length);
    await concurrently(customers, concurrency, (customer) => this.playCustomer(customer));
  }

  private async playCustomer(customer: PlannedCustomer): Promise<void> {
    const returnable = new ReturnableOrders<string>();
    for (const step of customer.steps) {
      if (step.kind === 'order') await this.order(customer, step, returnable);
      else if (step.kind === 'return') await this.return(step, returnable);
      else await this.adjust(step);
    }
  }

  private async order(
    customer: PlannedCustomer,
    planned: PlannedOrder,
    returnable: ReturnableOrders<string>,
  ): Promise<void> {
    this.tally.submitted += 1;
    const order = await this.place(customer, planned);
    if (!order) {
      this.tally.refusedForPrice += 1;
      return;
    }
    await this.agreedPrices.countIn(order.orderId, planned);
    const state = await this.finalState(planned, order);
    this.tally[state] += 1;
    if (state === 'completed') returnable.add(order.orderId, planned.lines);
  }

  /** `undefined` where the order is refused for the price of a line; any other refusal ends the demo. */
  private async place(customer: PlannedCustomer, { lines }: PlannedOrder): Promise<OrderView | undefined> {
    const body = {
      customerId: this.customerIds.get(customer),
      currency: CURRENCY,
      salesChannel: SALES_CHANNEL,
      lines: lines.map(({ itemId, quantity, unitPrice }) => ({
        itemId,
        quantity,
        agreedUnitPrice: { amount: unitPrice, currency: CURRENCY },
      })),
    };
    try {
      return await this.api.post<OrderView>('/orders', body, { waitSeconds: WAIT_SECONDS });
    } catch (error) {
      if (error instanceof ApiProblem && isPriceRefusal(error)) return undefined;
      throw error;
    }
  }

  private async finalState({ reference }: PlannedOrder, placed: OrderView): Promise<FinalState> {
    const path = `/orders/${encodeURIComponent(placed.orderId)}`;
    const stuckAt = Date.now() + ORDER_DEADLINE_MS;
    let { state } = placed;
    for (let pause = 10; !isFinal(state); pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      if (Date.now() > stuckAt)
        throw new Error(
          `The order of invoice ${reference} (${path}) is still ${state} after ${ORDER_DEADLINE_MS / 1_000} s.`,
        );
      await sleep(pause);
      ({ state } = await this.api.get<OrderView>(path, { waitSeconds: WAIT_SECONDS }));
    }
    return state;
  }

  private async return(
    { itemId, quantity }: PlannedReturn,
    returnable: ReturnableOrders<string>,
  ): Promise<void> {
    const taken = returnable.take(itemId, quantity);
    if (!taken) {
      this.tally.unmatchedReturns += 1;
      return;
    }
    await this.api.post(`/orders/${encodeURIComponent(taken.order)}/returns`, {
      lines: [{ itemId, quantity }],
    });
    this.tally.returned += 1;
  }

  private async adjust({ itemId, quantity, reference }: PlannedAdjustment): Promise<void> {
    await this.api.post(`/stock/${encodeURIComponent(itemId)}/adjustments`, {
      quantity,
      reason: `Correction ${reference}`,
    });
    this.tally.adjustments += 1;
  }
}

function isFinal(state: string): state is FinalState {
  return (FINAL_STATES as readonly string[]).includes(state);
}

function isPriceRefusal({ status, reasonCodes }: ApiProblem): boolean {
  return (
    status === 422 &&
    reasonCodes.length > 0 &&
    reasonCodes.every((code) => code === 'orders.line.price-not-positive')
  );
}
