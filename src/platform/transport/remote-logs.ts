import { Injectable } from '@nestjs/common';
import { LogHealth } from '../log/log-health';
import { RemoteSources } from '../log/remote-sources';
import { Broker } from './broker';
import { RemoteLags } from './remote-lags';
import { RemoteLogReader } from './remote-log-reader';

const CACHE_SIZE = 5_000;

/** The way to the logs of modules that run in other processes. */
@Injectable()
export class RemoteLogs extends RemoteSources {
  constructor(
    private readonly broker: Broker,
    private readonly owners: RemoteLags,
    private readonly health: LogHealth,
  ) {
    super();
  }

  /** A started reader of a module's log. Throws an error that teaches where this process has no broker. */
  async open(log: string): Promise<RemoteLogReader> {
    if (!this.broker.isConfigured) {
      throw new Error(
        `A subscription of this process reads the log of "${log}", which another process hosts, and there is no broker between them. ` +
          `Set NATS_URL to a NATS server with JetStream in every process, or host "${log}" here too.`,
      );
    }
    const reader = new RemoteLogReader(log, this.broker.connection, {
      cacheSize: CACHE_SIZE,
      askOwner: (position) => this.owners.place(log, position),
      report: this.health.reporter(log, 'reader'),
    });
    await reader.start();
    return reader;
  }
}
