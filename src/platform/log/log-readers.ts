import { Injectable } from '@nestjs/common';
import { ModuleDatabases } from '../database/module-databases';
import { targetNameOf } from '../database/roles';
import { LogSignal } from '../unit-of-work/log-signal';
import { Settings } from '../config/settings';
import { DurableLog } from './durable-log';
import { LogHealth } from './log-health';
import { LogReader, type LogReaderOptions } from './log-reader';
import type { LogSource } from './log-source';
import { RemoteSources } from './remote-sources';

const SHORTEST_POLL_MS = 20;
const CACHE_SIZE = 5_000;

interface OpenReader {
  source: LogSource;
  /** For readers that remember the log outside of its own cluster. */
  durable: LogSource;
  close(): Promise<void>;
}

/**
 * One reader for each log that this process reads: of the modules hosted here, and of others over the broker.
 */
@Injectable()
export class LogReaders {
  private readonly readers = new Map<string, Promise<OpenReader>>();

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly signal: LogSignal,
    private readonly settings: Settings,
    private readonly remoteLogs: RemoteSources,
    private readonly health: LogHealth,
  ) {}

  /**
   * The reader of a module's log, for positions that are stored with `reader`; started at the first call.
   * Throws where neither this process nor a broker has the log.
   */
  async open(log: string, reader = log): Promise<LogSource> {
    const { source, durable } = await this.opened(log);
    if (this.shareCluster(log, reader)) return source;
    if (durable instanceof DurableLog) await durable.start().catch(() => undefined);
    return durable;
  }

  /**
   * The same for what remembers the log outside of its cluster: it gets nothing before that is on the disk.
   */
  async openDurable(log: string): Promise<LogSource> {
    return (await this.opened(log)).durable;
  }

  /**
   * What is on one server is flushed in the order in which it was committed. Two names of a server count as
   * two.
   */
  private shareCluster(one: string, other: string): boolean {
    const { modules } = this.databases;
    const serverOf = (module: string): string => targetNameOf(this.databases.urlOf(module)).split('/')[0];
    return (
      one === other || (modules.includes(one) && modules.includes(other) && serverOf(one) === serverOf(other))
    );
  }

  private opened(log: string): Promise<OpenReader> {
    let opening = this.readers.get(log);
    if (!opening) {
      opening = this.databases.modules.includes(log) ? this.openHosted(log) : this.openRemote(log);
      this.readers.set(log, opening);
      opening.catch(() => this.readers.delete(log));
    }
    return opening;
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.readers.values());
    this.readers.clear();
    await Promise.all(open.map(async (reader) => reader.status === 'fulfilled' && reader.value.close()));
  }

  private async openHosted(log: string): Promise<OpenReader> {
    const options = {
      pollMs: [SHORTEST_POLL_MS, this.settings.messaging.pollIntervalMs],
      cacheSize: CACHE_SIZE,
    } satisfies LogReaderOptions;
    const reader = new LogReader(log, this.databases.of(log), options, this.health.reporter(log, 'reader'));
    const ignore = this.signal.listen(log, () => reader.signal());
    const close = (): Promise<void> => (ignore(), reader.stop());
    try {
      await reader.start();
    } catch (error) {
      await close();
      throw error;
    }
    return { source: reader, durable: new DurableLog(reader), close };
  }

  private async openRemote(log: string): Promise<OpenReader> {
    const source = await this.remoteLogs.open(log);
    return { source, durable: source, close: () => source.stop() };
  }
}
