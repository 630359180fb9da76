import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ModuleDatabases } from '../../database/module-databases';
import { Hosting } from '../../hosting/hosting';

/** What the log of one module has taken lately, and who reads for it. */
export interface ModuleActivity {
  readonly module: string;
  /** The kinds among the last messages of its log, by name. */
  readonly published: readonly {
    readonly name: string;
    readonly version: number;
    readonly messages: number;
    /** ISO 8601. */
    readonly lastAt: string;
  }[];
  /** Its subscriptions, each with one of the logs that it reads. */
  readonly consumers: readonly {
    readonly subscription: string;
    readonly log: string;
    /** When its position moved last; ISO 8601. */
    readonly movedAt: string;
    /** Whether a process works on it now. */
    readonly running: boolean;
  }[];
}

/** The modules at hand; those of other processes are asked there. */
export interface ApplicationActivity {
  /** At most so many messages of each log are counted, from its end. */
  readonly lastMessages: number;
  readonly modules: readonly ModuleActivity[];
  /** Hosted by other processes, or not to be asked just now. */
  readonly notKnown: readonly string[];
}

const LAST_MESSAGES = 10_000;
const FRESH_MS = 5_000;

// The order is that of the log's key, so the rest of the log is not touched.
const PUBLISHED = `
  select type as name, version, count(*)::int as messages, max(created_at) as "lastAt"
  from (select type, version, created_at from outbox order by generation desc, xid desc, seq desc limit $1) latest
  group by type, version order by type, version`;

const CONSUMERS = `
  select subscription, log, max(moved_at) as "movedAt", bool_or(leased_until > clock_timestamp()) as running
  from subscription_positions group by subscription, log order by subscription, log`;

/** What was seen lately of the modules that this process hosts, read with each module's own rights. */
@Injectable()
export class Activity {
  private latest: { readonly at: number; readonly answer: Promise<ApplicationActivity> } | undefined;

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly hosting: Hosting,
  ) {}

  /** At most five seconds old: however many ask, the logs are read once in that time. */
  read(): Promise<ApplicationActivity> {
    if (!this.latest || performance.now() - this.latest.at > FRESH_MS)
      this.latest = { at: performance.now(), answer: this.ask() };
    return this.latest.answer;
  }

  private async ask(): Promise<ApplicationActivity> {
    const asked = await Promise.all(
      this.databases.modules.map(async (module) => {
        // A database that is away is no reason to show nothing of the others.
        const [found] = await Promise.allSettled([activityOf(module, this.databases.of(module))]);
        return found.status === 'fulfilled' ? found.value : undefined;
      }),
    );
    const modules = asked.filter((activity) => activity !== undefined);
    const known = new Set(modules.map(({ module }) => module));
    return {
      lastMessages: LAST_MESSAGES,
      modules,
      notKnown: this.hosting.all.filter((module) => !known.has(module)),
    };
  }
}

async function activityOf(module: string, database: DataSource): Promise<ModuleActivity> {
  const published: { name: string; version: number; messages: number; lastAt: Date }[] = await database.query(
    PUBLISHED,
    [LAST_MESSAGES],
  );
  const consumers: { subscription: string; log: string; movedAt: Date; running: boolean }[] =
    await database.query(CONSUMERS);
  return {
    module,
    published: published.map((one) => ({ ...one, lastAt: one.lastAt.toISOString() })),
    consumers: consumers.map((one) => ({ ...one, movedAt: one.movedAt.toISOString() })),
  };
}
