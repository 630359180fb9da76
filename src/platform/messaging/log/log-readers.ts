import { Injectable } from '@nestjs/common';
import { ModuleDatabases } from '../../database/module-databases';
import { LogSignal } from '../log-signal';
import { Settings } from '../../config/settings';
import { LogReader } from './log-reader';

const SHORTEST_POLL_MS = 20;
const CACHE_SIZE = 5_000;

/** The readers of the logs that this process hosts, one for each log somebody subscribes to. */
@Injectable()
export class LogReaders {
  private readonly readers = new Map<string, { reader: LogReader; ignore: () => void }>();

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly signal: LogSignal,
    private readonly settings: Settings,
  ) {}

  /** The reader of a module's log, started at the first call. */
  async open(log: string): Promise<LogReader> {
    const known = this.readers.get(log);
    if (known) return known.reader;
    const reader = new LogReader(log, this.databases.of(log), {
      pollMs: [SHORTEST_POLL_MS, this.settings.messaging.pollIntervalMs],
      cacheSize: CACHE_SIZE,
    });
    this.readers.set(log, { reader, ignore: this.signal.listen(log, () => reader.signal()) });
    await reader.start();
    return reader;
  }

  async close(): Promise<void> {
    const open = [...this.readers.values()];
    this.readers.clear();
    for (const { ignore } of open) ignore();
    await Promise.all(open.map(({ reader }) => reader.stop()));
  }
}
