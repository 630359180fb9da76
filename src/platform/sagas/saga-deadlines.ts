import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../unit-of-work/clock';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { describeError } from '../kernel/describe-error';
import { failpoint } from '../kernel/failpoints';
import type { LogPosition } from '../messages/envelope';
import { LogReaders } from '../log/log-readers';
import { comparePositions, startOfWindow } from '../log/log-position';
import { PositionStore } from '../subscriptions/position-store';
import { type DueDeadline, DueDeadlinesTable } from './due-deadlines';
import type { SagaInstance } from './saga-machine';
import { type RegisteredSaga, SagaRegistry } from './saga-registry';
import { SagaRuntime } from './saga-runtime';

const LOOK_MS = 500;
const AT_ONCE = 50;
/** A process that something else has locked waits for its next try, and keeps no other waiting. */
const LOCK_WAIT_MS = 500;
/** Failures of processes that went on in another way are forgotten with every so many looks. */
const FORGET_EVERY = 20;
/**
 * A saga whose deadlines cannot be looked at says so at first and then with every so many looks: once a
 * minute.
 */
const SAY_EVERY = 120;

/** Processes whose deadline has passed, and the ends of the logs at the moment that was noticed. */
interface Overdue {
  ids: ReadonlySet<string>;
  ends: ReadonlyMap<string, LogPosition>;
  /** When, by the process's monotonic clock. */
  asOf: number;
}

/**
 * Turns processes back whose answer did not come in time, by the clock of their database. An answer that is
 * there but not handled counts as come: a process waits until everything published before its deadline was
 * noticed has been handled, by whichever process of the application works on it, and as long as one of its
 * messages is deferred. A deadline that fails is written down with its error and tried again later; it keeps
 * no other waiting.
 */
@Injectable()
export class SagaDeadlines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SagaDeadlines.name);
  private readonly overdue = new Map<string, Overdue>();
  private readonly failures = new Map<string, number>();
  private looks = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly sagas: SagaRegistry,
    private readonly runtime: SagaRuntime,
    private readonly databases: ModuleDatabases,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly readers: LogReaders,
  ) {}

  onApplicationBootstrap(): void {
    if (this.sagas.all.length > 0) this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.schedule());
    }, LOOK_MS);
  }

  /** Looks at each saga; one that cannot be looked at keeps no other waiting. Never throws. */
  private async look(): Promise<void> {
    this.looks += 1;
    await Promise.all(
      this.sagas.all.map((saga) =>
        this.lookAt(saga).then(
          () => void this.failures.delete(saga.definition.name),
          (error: Error) => this.sayThatItCannotLook(saga.definition.name, error),
        ),
      ),
    );
  }

  private sayThatItCannotLook(saga: string, error: Error): void {
    const failures = this.failures.get(saga) ?? 0;
    this.failures.set(saga, failures + 1);
    if (failures % SAY_EVERY === 0)
      this.logger.warn(`The deadlines of ${saga} cannot be looked at and are tried again: ${error.message}`);
  }

  private async lookAt(saga: RegisteredSaga): Promise<void> {
    const { name, correlateBy } = saga.definition;
    const table = new DueDeadlinesTable(this.databases.of(saga.module), name);
    if (this.looks % FORGET_EVERY === 0) await table.forgetOthers(this.clock.aheadMs);
    const { now, due } = await table.look(correlateBy, this.clock.aheadMs, AT_ONCE);
    const noticed = this.overdue.get(name);
    if (due.length === 0 || (noticed && this.isOfAnEarlierLife(noticed))) this.overdue.delete(name);
    else if (!noticed) {
      const asOf = performance.now();
      this.overdue.set(name, {
        ids: new Set(due.map(({ id }) => id)),
        ends: await this.endsOfLogs(saga),
        asOf,
      });
    } else if (await this.hasHandledEverythingBefore(saga, noticed.ends)) {
      this.overdue.delete(name);
      for (const deadline of due.filter(({ id }) => noticed.ids.has(id)))
        await this.actOn(saga, table, deadline, now);
    }
  }

  /**
   * A server that has recovered may have lost ticks: the ends of its logs may lie beyond what will be handled
   * for long.
   */
  private isOfAnEarlierLife({ ends, asOf }: Overdue): boolean {
    return [...ends.keys()].some(
      (log) => this.databases.modules.includes(log) && this.work.serverSince(log) > asOf,
    );
  }

  /** Throws only when the failure cannot be written down either: then the database is away. */
  private async actOn(
    saga: RegisteredSaga,
    table: DueDeadlinesTable,
    deadline: DueDeadline,
    now: Date,
  ): Promise<void> {
    try {
      await this.turnBack(saga, table, deadline, now);
    } catch (error) {
      // The operator's list has all of them.
      if (deadline.failures === 0)
        this.logger.warn(
          `The deadline of ${saga.definition.name} ${deadline.id} is tried again: ${describeError(error)}`,
        );
      await table.failed(deadline, describeError(error));
    }
  }

  private async turnBack(
    saga: RegisteredSaga,
    table: DueDeadlinesTable,
    { id, failures }: DueDeadline,
    now: Date,
  ): Promise<void> {
    await this.work.run(saga.module, async () => {
      await this.work.limitLockWait(LOCK_WAIT_MS);
      const turned = await this.runtime.transition(saga, id, (instance) => {
        const next = saga.machine.onDeadline(instance, now);
        if (!next) refuseToWaitForNothing(instance, now);
        return next;
      });
      if (failures > 0) await table.succeeded(this.work.manager, id);
      if (turned) failpoint('deadline.fired');
    });
  }

  private async endsOfLogs(saga: RegisteredSaga): Promise<Map<string, LogPosition>> {
    const ends = new Map<string, LogPosition>();
    for (const log of new Set(saga.events.map(({ module }) => module)))
      ends.set(log, await this.endOfLog(log));
    return ends;
  }

  /**
   * Of a log in another process, what has come from there: an answer that is still on its way is one that
   * came too late.
   */
  private async endOfLog(log: string): Promise<LogPosition> {
    if (!this.databases.modules.includes(log)) return (await this.readers.open(log)).end;
    const [row]: { current_generation: number; current_tick: string }[] = await this.databases
      .of(log)
      .query('select * from take_tick()', []);
    return startOfWindow(row.current_generation, BigInt(row.current_tick));
  }

  private async hasHandledEverythingBefore(
    saga: RegisteredSaga,
    ends: ReadonlyMap<string, LogPosition>,
  ): Promise<boolean> {
    const rows = await new PositionStore(this.databases.of(saga.module)).of(saga.definition.name);
    return rows.every(({ log, generation, tick, seq }) => {
      const end = ends.get(log);
      return !end || comparePositions({ generation, tick: BigInt(tick), seq: BigInt(seq) }, end) >= 0;
    });
  }
}

/**
 * A process that has moved on meanwhile has another deadline or none. One that still has it would be due for
 * ever.
 */
function refuseToWaitForNothing({ state, deadlineAt }: SagaInstance<object>, now: Date): void {
  if (deadlineAt && deadlineAt <= now)
    throw new Error(
      `Its deadline has passed, and its definition says nothing about what happens then in the state "${state}".`,
    );
}
