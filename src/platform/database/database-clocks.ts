import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Metrics } from '../observability/metrics';
import { abortableDelay } from '../kernel/abortable-delay';
import { ModuleDatabases } from './module-databases';

const MEASURE_EVERY_MS = 10_000;
/** More than answers take, and less than any deadline. */
const WORTH_SAYING_MS = 5_000;
/** How fast two clocks may drift apart, as a share of the time: more than any that work. */
const DRIFT = 0.001;

/** A database's clock against this process's monotonic one, in milliseconds. */
interface Measurement {
  /** Database's time minus `performance.now()`. */
  offset: number;
  /** Half of the time that the answer took: the offset is right within that. */
  uncertainty: number;
  /** By the monotonic clock. */
  at: number;
}

/**
 * The clocks of the modules' databases. What processes decide together about time, they decide by these: the
 * processes' own clocks may differ. Measured against this process's monotonic clock at the start and every
 * ten seconds, so that asking costs no round trip.
 */
@Injectable()
export class DatabaseClocks implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(DatabaseClocks.name);
  private readonly measured = new Map<string, Measurement>();
  private readonly apart = new Set<string>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private readonly difference;

  constructor(
    private readonly databases: ModuleDatabases,
    @Optional() metrics?: Metrics,
  ) {
    this.difference = metrics?.gauge(
      'seamline_clock_difference_seconds',
      "How far this process's clock is ahead of that of the module's database.",
      ['module'],
    );
  }

  /**
   * Measures each clock. Throws where a database does not answer: without its clock, nothing about time can
   * be decided.
   */
  async onModuleInit(): Promise<void> {
    await Promise.all(this.databases.modules.map((module) => this.measure(module)));
    this.running = Promise.all(this.databases.modules.map((module) => this.follow(module)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * What the clock of a module's database says now, in milliseconds since 1970; for a module that is not
   * hosted here, what that of another hosted one says; this process's where none has been asked yet.
   */
  now(module: string | undefined): number {
    const measurement = this.measured.get(module ?? '') ?? this.measured.values().next().value;
    return measurement ? performance.now() + measurement.offset : Date.now();
  }

  /**
   * Seconds by which this process's clock is ahead of a database's (behind, when negative), for those where
   * it is more than five.
   */
  get differences(): ReadonlyMap<string, number> {
    return new Map(
      [...this.measured].flatMap(([module, measurement]) => {
        const ahead = aheadOf(measurement);
        return Math.abs(ahead) > WORTH_SAYING_MS + measurement.uncertainty
          ? [[module, Math.round(ahead / 100) / 10]]
          : [];
      }),
    );
  }

  private async follow(module: string): Promise<void> {
    for (;;) {
      await abortableDelay(MEASURE_EVERY_MS, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      // A database that is away keeps its clock.
      await this.measure(module).catch(() => undefined);
    }
  }

  private async measure(module: string): Promise<void> {
    const next = await measurementOf(this.databases.of(module));
    const known = this.measured.get(module);
    if (!known || isBetter(next, known)) this.measured.set(module, next);
    this.difference?.set({ module }, aheadOf(this.measured.get(module)!) / 1_000);
    this.say(module);
  }

  private say(module: string): void {
    const seconds = this.differences.get(module);
    if ((seconds !== undefined) === this.apart.has(module)) return;
    if (seconds === undefined) {
      this.apart.delete(module);
      this.logger.log(`The clock of this process agrees with that of the database of ${module} again.`);
    } else {
      this.apart.add(module);
      this.logger.warn(
        `The clock of this process is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of the database of ${module}. ` +
          'Deadlines go by the database and are right; times in this log are not. Let NTP set both clocks.',
      );
    }
  }
}

const aheadOf = ({ offset }: Measurement): number => Date.now() - (performance.now() + offset);

async function measurementOf(database: DataSource): Promise<Measurement> {
  const asked = performance.now();
  const [{ now }]: { now: number }[] = await database.query(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    [],
  );
  const at = performance.now();
  const uncertainty = (at - asked) / 2;
  return { offset: now - (asked + uncertainty), uncertainty, at };
}

/** More precise than what the old one is worth by now, or the clock was set meanwhile. */
export function isBetter(next: Measurement, known: Measurement): boolean {
  const worth = known.uncertainty + (next.at - known.at) * DRIFT;
  return next.uncertainty <= worth || Math.abs(next.offset - known.offset) > next.uncertainty + worth;
}
