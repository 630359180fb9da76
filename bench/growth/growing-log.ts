import { setTimeout as sleep } from 'node:timers/promises';
import { startApplication } from '../contestants/seamline/application';
import { MODULE } from '../contestants/seamline/bench-module';
import { seamline } from '../contestants/seamline/seamline';
import { Ledger } from '../harness/ledger';
import { backlog, inTransactions } from '../harness/message';
import type { Bench } from '../harness/scenario';
import { fillLog } from './fill-log';
import { endOfLog, type LogPlace, moveSubscriptions } from './positions';
import { subscribingModule } from './subscribing-module';

export interface GrowingLogOptions {
  /** Messages that were handled long ago. */
  readonly filled: number;
  readonly subscriptions: number;
  /** Messages that each subscription has yet to handle. */
  readonly waiting: number;
}

const PER_TRANSACTION = 1_000;
const LOOK_EVERY_MS = 20;
const STUCK_MS = 10_000;
/** Enough for every subscription that can be at work at a time. */
const POOL = 8;
let opened = 0;

/**
 * A module's log with messages behind its subscriptions and before them. What is handled can be handled again
 * in the next turn.
 */
export class GrowingLog {
  private constructor(
    readonly url: string,
    readonly options: GrowingLogOptions,
    private readonly start: LogPlace,
  ) {}

  static async open(bench: Bench, options: GrowingLogOptions): Promise<GrowingLog> {
    const { filled, subscriptions, waiting } = options;
    const database = await bench.server.createDatabase(`growing_${(opened += 1)}`);
    bench.defer(() => database.drop());
    const { url } = database;
    await seamline.prepare(url);
    // Started once, so that the subscriptions are known.
    const application = await startApplication(
      url,
      subscribingModule(subscriptions, () => undefined),
      POOL,
    );
    await application.stop();
    await fillLog(url, MODULE, filled, (done) =>
      bench.progress(`filling the log: ${done} of ${filled} messages`),
    );
    const start = await endOfLog(url, MODULE);
    bench.progress(`publishing ${waiting} messages`);
    const publisher = await seamline.openPublisher(url, { connections: 2, ordered: true });
    for (const messages of inTransactions(backlog(waiting), PER_TRANSACTION, false))
      await publisher.publishMany(messages);
    await publisher.close();
    return new GrowingLog(url, options, start);
  }

  /**
   * Lets every subscription handle what waits for it, and puts them back. Counts what all of them handled,
   * and what went wrong.
   */
  async drain(): Promise<{ rate: number; lost: number; doubled: number; outOfOrder: number }> {
    const { subscriptions, waiting } = this.options;
    await moveSubscriptions(this.url, MODULE, this.start);
    const ledgers = Array.from({ length: subscriptions }, () => new Ledger(waiting));
    let [first, last] = [0, 0];
    const application = await startApplication(
      this.url,
      subscribingModule(subscriptions, (subscription, event) => {
        last = performance.now();
        first ||= last;
        ledgers[subscription].see(event);
      }),
      POOL,
    );
    const begin = performance.now();
    const isDone = (): boolean => ledgers.every((ledger) => ledger.distinct === waiting);
    while (!isDone() && performance.now() - Math.max(begin, last) < STUCK_MS) await sleep(LOOK_EVERY_MS);
    await application.stop();
    const faults = ledgers.map((ledger) => ledger.faults(waiting));
    const sum = (fault: 'lost' | 'doubled' | 'outOfOrder'): number =>
      faults.reduce((total, each) => total + each[fault], 0);
    const handled = ledgers.reduce((total, ledger) => total + ledger.distinct, 0);
    return {
      rate: (handled * 1_000) / (last - first),
      lost: sum('lost'),
      doubled: sum('doubled'),
      outOfOrder: sum('outOfOrder'),
    };
  }
}
