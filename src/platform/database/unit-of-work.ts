import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Aggregate, RecordedMessage } from '../domain/aggregate';
import { currentMessageContext } from '../messaging/message-context';
import { Outbox, type OutgoingMessage } from '../messaging/outbox';
import { LogSignal } from '../messaging/log-signal';
import { ModuleDatabases } from './module-databases';

interface Scope {
  module: string;
  manager: EntityManager;
  transactional: boolean;
  open: boolean;
  outgoing: OutgoingMessage[];
  afterCommit: (() => void)[];
}

/**
 * One database transaction of one module: state changes and outgoing messages commit together or not at all.
 * Command handlers and event handlers always run inside one; query handlers run in a read scope without a transaction.
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
   * Joins the running unit of work of the same module; refuses inside another module's, because that could not be atomic.
   */
  async run<T>(module: string, work: () => Promise<T>): Promise<T> {
    const running = this.scopes.getStore();
    if (running?.transactional && running.open) {
      if (running.module === module) return work();
      throw new Error(
        `The module "${module}" was called from inside a unit of work of "${running.module}". The two cannot commit together: ` +
          'send a durable command or publish an event instead.',
      );
    }
    const runner = this.databases.of(module).createQueryRunner();
    const scope: Scope = { module, manager: runner.manager, transactional: true, open: true, outgoing: [], afterCommit: [] };
    try {
      await runner.connect();
      await runner.startTransaction();
      const result = await this.scopes.run(scope, work);
      const published = scope.outgoing.length;
      if (published > 0) await this.outbox.append(scope.manager, scope.outgoing);
      scope.open = false;
      await runner.commitTransaction();
      if (published > 0) this.signal.raise(module);
      for (const hook of scope.afterCommit) hook();
      return result;
    } catch (error) {
      scope.open = false;
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      scope.open = false;
      await runner.release().catch(() => undefined);
    }
  }

  /** Runs `work` with the module's database at hand but without a transaction: for queries. */
  async read<T>(module: string, work: () => Promise<T>): Promise<T> {
    const running = this.scopes.getStore();
    if (running?.open && running.module === module) return work();
    const scope: Scope = {
      module,
      manager: this.databases.of(module).manager,
      transactional: false,
      open: true,
      outgoing: [],
      afterCommit: [],
    };
    try {
      return await this.scopes.run(scope, work);
    } finally {
      scope.open = false;
    }
  }

  /** The TypeORM manager of the running scope. */
  get manager(): EntityManager {
    return this.scope().manager;
  }

  /** The module whose scope is running. */
  get module(): string {
    return this.scope().module;
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

  /** Calls `hook` once the transaction has committed, and never if it has not. */
  afterCommit(hook: () => void): void {
    this.transaction().afterCommit.push(hook);
  }

  private transaction(): Scope {
    const scope = this.scope();
    if (!scope.transactional) throw new Error('A query must not publish. Publish from a command or an event handler.');
    return scope;
  }

  private scope(): Scope {
    const scope = this.scopes.getStore();
    if (!scope) {
      throw new Error(
        'There is no unit of work. Publish and use the database in a command, query or event handler, or inside UnitOfWork.run(module, ...).',
      );
    }
    if (!scope.open) throw new Error('This unit of work has ended; whatever still uses it came too late and was not done.');
    return scope;
  }
}
