import { Injectable } from '@nestjs/common';
import { ModuleDatabases } from '../../database/module-databases';
import { LogSignal } from '../log-signal';
import { Settings } from '../../config/settings';
import { RemoteLogs } from '../../transport/remote-logs';
import { LogHealth } from './log-health';
import { LogReader, type LogReaderOptions } from './log-reader';
import type { LogSource } from './log-source';

const SHORTEST_POLL_MS = 20;
const CACHE_SIZE = 5_000;

interface OpenReader {
  source: LogSource;
  close(): Promise<void>;
}

/** The readers of all logs that somebody in this process wants, one for each: of the modules hosted here, and of others over the broker. */
@Injectable()
export class LogReaders {
  private readonly readers = new Map<string, Promise<OpenReader>>();

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly signal: LogSignal,
    private readonly settings: Settings,
    private readonly remoteLogs: RemoteLogs,
    private readonly health: LogHealth,
  ) {}

  /** The reader of a module's log, started at the first call. Throws where neither this process nor a broker has the log. */
  async open(log: string): Promise<LogSource> {
    let opening = this.readers.get(log);
    if (!opening) {
      opening = this.databases.modules.includes(log) ? this.openHosted(log) : this.openRemote(log);
      this.readers.set(log, opening);
      opening.catch(() => this.readers.delete(log));
    }
    return (await opening).source;
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
    return { source: reader, close };
  }

  private async openRemote(log: string): Promise<OpenReader> {
    const source = await this.remoteLogs.open(log);
    return { source, close: () => source.stop() };
  }
}
