/** A message together with its place in the history of its key. */
export interface RecordedMessage {
  message: object;
  aggregateType: string;
  aggregateId: string;
  /** 1, 2, 3 ... without gaps for each aggregate. */
  keyVersion: number;
}

/**
 * The consistency boundary of a module: a plain class that checks its own rules and records what happened.
 * Every change records at least one message, so that `version` counts both changes and messages.
 */
export abstract class Aggregate {
  /** Stored with the aggregate's own row; the version of the last message recorded for its key. */
  version = 0;
  #recorded: RecordedMessage[] = [];

  /** The ordering key of the messages, and the primary key of the row. */
  protected abstract get aggregateId(): string;
  /** Stored with each message, in kebab case: `order`. */
  protected abstract get aggregateType(): string;

  protected record(message: object): void {
    this.version += 1;
    this.#recorded.push({
      message,
      aggregateType: this.aggregateType,
      aggregateId: this.aggregateId,
      keyVersion: this.version,
    });
  }

  /** Hands out what was recorded since the last call, once. */
  takeRecorded(): RecordedMessage[] {
    const recorded = this.#recorded;
    this.#recorded = [];
    return recorded;
  }
}
