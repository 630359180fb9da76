import type { BenchMessage } from '../harness/message';

/**
 * What a handler's success is acknowledged with: everything that was fetched together, or each message by
 * itself.
 */
export type Acknowledgement = 'batch' | 'message';

/** What settings are for. */
export type Topic = 'publish' | 'drain' | 'one by one' | 'order' | 'effect' | 'latency';

export interface ConsumeOptions {
  /** Each key's messages in their order, by the contestant's own means. */
  readonly ordered: boolean;
  /** The handler adds 1 to the effects of its message's row, exactly once. */
  readonly effect: boolean;
  readonly acknowledgement: Acknowledgement;
  /** Prefers to be soon over being cheap. */
  readonly prompt: boolean;
  /** Called for every delivery. */
  readonly see: (message: BenchMessage) => void;
}

export interface Publisher {
  /** Adds 1 to the revision of the message's row and publishes the message, in one transaction. */
  publishWithUpdate(message: BenchMessage): Promise<void>;
  /** Publishes all messages in one transaction. */
  publishMany(messages: readonly BenchMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface Consumer {
  /** Publishes from the same application, where publishing and consuming are parts of one. */
  readonly publisher?: Publisher;
  /** Ends without waiting for what was not handled yet. */
  stop(): Promise<void>;
}

/** One way from a transaction to a handler. Every instance of it works on a database of its own. */
export interface Contestant {
  readonly name: string;
  /** The settings chosen, for the report. */
  readonly settings: Readonly<Partial<Record<Topic, string>>>;
  /** Makes its tables, and the business table, in an empty database. */
  prepare(url: string): Promise<void>;
  /** `ordered`: what is published is to be consumed in order per key. */
  openPublisher(url: string, options: { connections: number; ordered: boolean }): Promise<Publisher>;
  /** Absent where it has no means of consuming. Starts to consume at once. */
  consume?(url: string, options: ConsumeOptions): Promise<Consumer>;
  /** How many messages its tables hold, consumed or not. */
  stored(url: string): Promise<number>;
  /** What it can do; what is missing is not measured. */
  readonly offers: ReadonlySet<'ordered' | 'batch' | 'message' | 'prompt'>;
}
