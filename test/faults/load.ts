import { ApiClient } from '../../src/demo/api-client';
import { Courier } from '../../src/demo/courier';
import { type Difference, differencesBetween } from '../../src/demo/differences';
import { expectedReport } from '../../src/demo/expectation';
import { gatherReport } from '../../src/demo/gather-report';
import { type Invoice, readInvoices } from '../../src/demo/invoices';
import { type Plan, planOf } from '../../src/demo/plan';
import { Player } from '../../src/demo/player';
import { bundledData } from '../../src/demo/project-folder';
import { settled } from '../../src/demo/settled';
import { setUp } from '../../src/demo/set-up';
import { Tally } from '../../src/demo/tally';

const LONGEST_INVOICE = 25;

/** The beginning of the bundled file up to so many orders, without its longest invoices: they take time and break nothing else. */
export async function shortPlan(orders: number): Promise<Plan> {
  const chosen: Invoice[] = [];
  let found = 0;
  for (const invoice of await readInvoices(bundledData())) {
    if (found === orders) break;
    if (invoice.lines.length > LONGEST_INVOICE) continue;
    chosen.push(invoice);
    if (!invoice.invoiceNo.startsWith('C') && invoice.lines[0].quantity > 0) found += 1;
  }
  return planOf(chosen);
}

/** The demo's load: everything goes through the public API, and a request without an answer is sent again with its Idempotency-Key. */
export class Load {
  readonly tally = new Tally();
  private readonly api: ApiClient;
  private begun = false;

  constructor(
    url: string,
    private readonly plan: Plan,
    private readonly concurrency: number,
  ) {
    this.api = new ApiClient(url);
  }

  /** True once the first order is being placed. */
  get isPlaying(): boolean {
    return this.begun;
  }

  /** Resolves when every order that was accepted is final. */
  async play(): Promise<void> {
    const customerIds = await setUp(this.api, this.plan, this.concurrency, () => undefined);
    this.begun = true;
    const courier = new Courier(this.api, this.tally);
    const delivering = courier.work();
    try {
      await Promise.race([new Player(this.api, customerIds, this.tally).play(this.plan, this.concurrency), delivering]);
    } finally {
      courier.stop();
    }
    await delivering;
  }

  /** Waits until nothing moves any more; answers what does not add up, as the demo would find it. */
  async reconcile(opsUrl: string): Promise<{ atRest: boolean; differences: Difference[] }> {
    const ops = new ApiClient(opsUrl);
    try {
      const atRest = await settled(this.api, ops);
      return { atRest, differences: differencesBetween(expectedReport(this.plan), await gatherReport(this.api, ops, this.tally, 1)) };
    } finally {
      ops.close();
    }
  }

  close(): void {
    this.api.close();
  }
}
