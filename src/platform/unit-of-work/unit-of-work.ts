import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Aggregate, RecordedMessage } from '../domain/aggregate';
import { failpoint } from '../kernel/failpoints';
import { currentMessageContext, withSomeMessageContext } from '../messages/message-context';
import { Outbox, type OutgoingMessage } from './outbox';
import { LogSignal } from './log-signal';
import { limitLockWait } from '../database/limit-lock-wait';
import { ModuleDatabases } from '../database/module-databases';
import { ServerHistory } from '../database/server-history';
import { Transaction } from '../database/transaction';

/** Writes of one kind, which a unit of work gathers and sends together. */
export interface BatchWriter<Item> {
  /**
   * Called once for all items, in the order in which they were deferred, in the transaction that is about to
   * commit. The writers of a unit of work do not wait for each other.
   */
  write(manager: EntityManager, items: readonly Item[]): Promise<void>;
}

interface Scope {
  module: string;
  manager: EntityManager;
  transactional: boolean;
  open: boolean;
  /** What is known of locked rows and the like; gone with the scope. */
  memory: Map<object, unknown>;
  deferred: Map<BatchWriter<unknown>, unknown[]>;
  outgoing: OutgoingMessage[];
  afterCommit: (() => void)[];
}

const newScope = (module: string, manager: EntityManager, transactional: boolean): Scope => ({
  module,
  manager,
  transactional,
  open: true,
  memory: new Map(),
  deferred: new Map(),
  outgoing: [],
  afterCommit: [],
});

/**
 * One database transaction of one module: state changes and outgoing messages commit together or not at all.
 * Command handlers and event handlers always run inside one; query handlers run in a read scope without a
 * transaction.
 */
@Injectable()
export class UnitOfWork {
  private readonly scopes = new AsyncLocalStorage<Scope>();

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly outbox: Outbox,
    private readonly signal: LogSignal,
  ) {}

  /**
   * Runs `work` in a transaction of the module's database and appends what it published at the end of it.
   * Joins the running unit of work of the same module; refuses inside another module's, because that could
   * not be atomic.
   */
  async run<T>(module: string, work: () => Promise<T>): Promise<T> {
    const running = this.scopes.getStore();
    if (running?.transactional && !running.open) throw tooLate();
    if (running?.transactional) {
      if (running.module === module) return work();
      throw cannotCommitTogether(module, running.module);
    }
    const transaction = await Transaction.begin(this.databases.of(module));
    const scope = newScope(module, transaction.manager, true);
    try {
      const result = await this.scopes.run(scope, async () => {
        const answer = await withSomeMessageContext(work);
        await this.flush();
        return answer;
      });
      const published = scope.outgoing.length;
      if (published > 0) failpoint('unit-of-work.before-append');
      const insertion = published > 0 ? this.outbox.insertionOf(scope.outgoing) : undefined;
      scope.open = false;
      await transaction.commit(insertion);
      failpoint('unit-of-work.after-commit');
      if (published > 0) this.signal.raise(module);
      for (const hook of scope.afterCommit) hook();
      return result;
    } catch (error) {
      scope.open = false;
      failpoint('unit-of-work.before-rollback');
      const reason = transaction.explain(error);
      await transaction.rollback();
      throw reason;
    } finally {
      scope.open = false;
      await transaction.release();
    }
  }

  /**
   * Throws inside a unit of work of another module: for commands to a module whose own unit of work is in
   * another process.
   */
  refuseToCall(module: string): void {
    const running = this.scopes.getStore();
    if (running?.transactional) throw running.open ? cannotCommitTogether(module, running.module) : tooLate();
  }

  /** Runs `work` with the module's database at hand but without a transaction: for queries. */
  async read<T>(module: string, work: () => Promise<T>): Promise<T> {
    const running = this.scopes.getStore();
    if (running?.open && running.module === module) return work();
    const scope = newScope(module, this.databases.of(module).manager, false);
    try {
      return await this.scopes.run(scope, work);
    } finally {
      scope.open = false;
    }
  }

  /**
   * Since when the server of a module is known not to have recovered; asked inside a unit of work, the answer
   * covers its connection.
   */
  serverSince(module: string): number {
    return ServerHistory.of(this.databases.of(module)).since;
  }

  /** The TypeORM manager of the running scope. */
  get manager(): EntityManager {
    return this.scope().manager;
  }

  /** The module whose scope is running. */
  get module(): string {
    return this.scope().module;
  }

  /** The module whose handler runs here; undefined where none does. Never throws. */
  get runningModule(): string | undefined {
    return this.scopes.getStore()?.module;
  }

  /** True inside a transaction. */
  get isTransactional(): boolean {
    return this.scopes.getStore()?.transactional === true;
  }

  /** Hands over what an aggregate recorded; it is appended to the module's log when the unit of work ends. */
  publish(aggregate: Pick<Aggregate, 'takeRecorded'>): void {
    for (const recorded of aggregate.takeRecorded()) this.append(recorded);
  }

  /** Hands over one message with its place in its key's history. */
  append(message: RecordedMessage): void {
    this.transaction().outgoing.push({ ...message, context: currentMessageContext() });
  }

  /**
   * Leaves a write to the end of the unit of work, where `writer` is given all of its items at once: a batch
   * of messages then costs as many statements as one message. SQL that must see it earlier calls `flush`
   * first.
   */
  defer<Item>(writer: BatchWriter<Item>, item: Item): void {
    const { deferred } = this.transaction();
    const items = deferred.get(writer);
    if (items) items.push(item);
    else deferred.set(writer, [item]);
  }

  /** Sends what was deferred so far. */
  async flush(): Promise<void> {
    const scope = this.transaction();
    while (scope.deferred.size > 0) {
      const gathered = [...scope.deferred];
      scope.deferred.clear();
      await Promise.all(gathered.map(([writer, items]) => writer.write(scope.manager, items)));
    }
  }

  /**
   * What the running scope remembers for `owner`; made by `create` at the first call and forgotten with the
   * scope.
   */
  memoryOf<Memory>(owner: object, create: () => Memory): Memory {
    const { memory } = this.scope();
    if (!memory.has(owner)) memory.set(owner, create());
    return memory.get(owner) as Memory;
  }

  /**
   * From here on, a statement of the transaction fails with `lock_not_available` once it has waited so long
   * for a lock.
   */
  async limitLockWait(milliseconds: number): Promise<void> {
    await limitLockWait(this.manager, milliseconds);
  }

  /** Calls `hook` once the transaction has committed, and never if it has not. */
  afterCommit(hook: () => void): void {
    this.transaction().afterCommit.push(hook);
  }

  private transaction(): Scope {
    const scope = this.scope();
    if (!scope.transactional)
      throw new Error('A query must not publish. Publish from a command or an event handler.');
    return scope;
  }

  private scope(): Scope {
    const scope = this.scopes.getStore();
    if (!scope) {
      throw new Error(
        'There is no unit of work. Publish and use the database in a command, query or event handler, or inside UnitOfWork.run(module, ...).',
      );
    }
    if (!scope.open) throw tooLate();
    return scope;
  }
}

const cannotCommitTogether = (called: string, running: string): Error =>
  new Error(
    `The module "${called}" was called from inside a unit of work of "${running}". The two cannot commit together: ` +
      'send a durable command or publish an event instead.',
  );

const tooLate = (): Error =>
  new Error('This unit of work has ended; whatever still uses it came too late and was not done.');
