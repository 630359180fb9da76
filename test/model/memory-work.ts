import type { DataSource, QueryRunner } from 'typeorm';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import type { PooledClient } from '../../src/platform/database/pooled-client';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import type { RecordedMessage } from '../../src/platform/domain/aggregate';
import { Refusal } from '../../src/platform/domain/refusal';
import { LogSignal } from '../../src/platform/unit-of-work/log-signal';
import { Outbox } from '../../src/platform/unit-of-work/outbox';
import { MemoryManager } from './memory-tables';
import type { Reply } from './reply';

const MODULE = 'in-memory';
const APPEND = { text: 'append', values: [] };

/** Keeps what is published. Refuses a message whose version is not its key's next. */
class OutboxInMemory extends Outbox {
  private readonly versions = this.manager.table<{ last: number }>();
  private published: object[] = [];

  constructor(private readonly manager: MemoryManager) {
    super();
  }

  override insertionOf(outgoing: readonly RecordedMessage[]): typeof APPEND {
    outgoing.forEach((message) => this.number(message));
    this.published = outgoing.map(({ message }) => message);
    return APPEND;
  }

  /** What was published since the last call. */
  take(): object[] {
    const { published } = this;
    this.published = [];
    return published;
  }

  private number({ message, aggregateType, aggregateId, keyVersion }: RecordedMessage): void {
    const key = `${aggregateType} ${aggregateId}`;
    const last = this.versions.get(key)?.last ?? 0;
    if (keyVersion !== last + 1)
      throw new RangeError(
        `${message.constructor.name} is number ${keyVersion} of ${key}, which is at ${last}.`,
      );
    this.versions.set(key, { last: keyVersion });
  }
}

/** A connection to tables in memory: what is rolled back has not happened. One transaction at a time. */
class MemoryConnection {
  private undo: (() => void) | undefined;

  constructor(private readonly manager: MemoryManager) {}

  /** The begin, and what is appended before the commit. */
  async queryWithNext(statement: string): Promise<void> {
    if (statement === APPEND.text) return;
    if (statement !== 'begin' || this.undo)
      throw new RangeError(`There is one transaction at a time, and this is not its begin: ${statement}`);
    this.undo = this.manager.remember();
  }

  async query(statement: string): Promise<{ command: string }> {
    if (statement === 'rollback') this.undo?.();
    this.undo = undefined;
    return { command: statement.toUpperCase() };
  }
}

/** The product's own unit of work, whose transactions are over tables in memory. One at a time. */
export class MemoryWork extends UnitOfWork {
  private constructor(
    readonly memory: MemoryManager,
    private readonly messages: OutboxInMemory,
    databases: ModuleDatabases,
  ) {
    super(databases, messages, new LogSignal());
  }

  static create(): MemoryWork {
    const manager = new MemoryManager();
    const client = new MemoryConnection(manager) as unknown as PooledClient;
    const runner = {
      manager,
      connect: async () => client,
      release: async () => undefined,
    } as unknown as QueryRunner;
    const source = { createQueryRunner: () => runner } as unknown as DataSource;
    return new MemoryWork(
      manager,
      new OutboxInMemory(manager),
      new ModuleDatabases(new Map([[MODULE, source]])),
    );
  }

  /**
   * Has messages handled in one unit of work and tells what came of them. Errors that no rule of the module
   * raised are thrown on.
   */
  async handling(task: () => Promise<unknown>): Promise<Reply> {
    this.messages.take();
    try {
      await this.run(MODULE, task);
      return { published: this.messages.take() };
    } catch (error) {
      if (error instanceof Refusal) return { published: [], refused: error.code };
      if (error instanceof Error && error.constructor === Error) return { published: [], refused: 'parked' };
      throw error;
    }
  }
}
