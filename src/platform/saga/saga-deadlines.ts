import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../database/unit-of-work';
import { failpoint } from '../failpoints';
import type { LogPosition } from '../messaging/envelope';
import { LogReaders } from '../messaging/log/log-readers';
import { comparePositions, startOfWindow } from '../messaging/log/log-position';
import { type RegisteredSaga, SagaRegistry } from './saga-registry';
import { SagaRuntime } from './saga-runtime';

const LOOK_MS = 500;
const AT_ONCE = 50;

/** Processes whose deadline has passed, and the ends of the logs at the moment that was noticed. */
interface Overdue {
  ids: ReadonlySet<string>;
  ends: ReadonlyMap<string, LogPosition>;
}

/**
 * Turns processes back whose answer did not come in time. An answer that is there but not handled counts as come: a process
 * waits until everything published before its deadline was noticed has been handled, by whichever process of the application
 * works on it, and as long as one of its messages is held back.
 */
@Injectable()
export class SagaDeadlines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SagaDeadlines.name);
  private readonly overdue = new Map<string, Overdue>();
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
      this.looking = this.look()
        .catch((error: Error) => this.logger.warn(`Deadlines could not be looked at and are tried again: ${error.message}`))
        .finally(() => this.schedule());
    }, LOOK_MS);
  }

  private async look(): Promise<void> {
    for (const saga of this.sagas.all) {
      const { name } = saga.definition;
      const due = await this.due(saga);
      const noticed = this.overdue.get(name);
      if (due.length === 0) this.overdue.delete(name);
      else if (!noticed) this.overdue.set(name, { ids: new Set(due), ends: await this.endsOfLogs(saga) });
      else if (await this.hasHandledEverythingBefore(saga, noticed.ends)) {
        this.overdue.delete(name);
        for (const id of due.filter((candidate) => noticed.ids.has(candidate))) await this.turnBack(saga, id);
      }
    }
  }

  private async due(saga: RegisteredSaga): Promise<string[]> {
    const rows: { id: string }[] = await this.databases.of(saga.module).query(
      `select id from sagas s
       where saga = $1 and deadline_at <= $2
         and not exists (select from held_messages h where h.subscription = $1 and (h.subject = s.id or h.envelope -> 'data' ->> $3 = s.id))
       order by deadline_at limit $4`,
      [saga.definition.name, this.clock.now(), saga.definition.correlateBy, AT_ONCE],
    );
    return rows.map(({ id }) => id);
  }

  private async endsOfLogs(saga: RegisteredSaga): Promise<Map<string, LogPosition>> {
    const ends = new Map<string, LogPosition>();
    for (const log of new Set(saga.events.map(({ module }) => module))) ends.set(log, await this.endOfLog(log));
    return ends;
  }

  /** Of a log in another process, what has come from there: an answer that is still on its way is one that came too late. */
  private async endOfLog(log: string): Promise<LogPosition> {
    if (!this.databases.modules.includes(log)) return (await this.readers.open(log)).end;
    const [row]: { current_generation: number; current_tick: string }[] = await this.databases
      .of(log)
      .query('select * from take_tick()', []);
    return startOfWindow(row.current_generation, BigInt(row.current_tick));
  }

  private async hasHandledEverythingBefore(saga: RegisteredSaga, ends: ReadonlyMap<string, LogPosition>): Promise<boolean> {
    const rows: { log: string; generation: number; tick: string; seq: string }[] = await this.databases
      .of(saga.module)
      .query('select log, generation, tick, seq from subscription_positions where subscription = $1', [saga.definition.name]);
    return rows.every(({ log, generation, tick, seq }) => {
      const end = ends.get(log);
      return !end || comparePositions({ generation, tick: BigInt(tick), seq: BigInt(seq) }, end) >= 0;
    });
  }

  private async turnBack(saga: RegisteredSaga, id: string): Promise<void> {
    await this.work.run(saga.module, async () => {
      if (await this.runtime.transition(saga, id, (instance, now) => saga.machine.onDeadline(instance, now))) failpoint('deadline.fired');
    });
  }
}
