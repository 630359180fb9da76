import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ModuleDatabases } from '../database/module-databases';
import { targetNameOf } from '../database/roles';
import { LogSignal } from '../unit-of-work/log-signal';
import { DatabaseNotifications } from './database-notifications';

/** Notifies the processes of one database of each other's commits, over one connection for each database. */
@Injectable()
export class LogNotifications implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LogNotifications.name);
  private connections: DatabaseNotifications[] = [];
  private ignoreOwn: (() => void) | undefined;

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly signal: LogSignal,
  ) {}

  onApplicationBootstrap(): void {
    const byPlace = new Map<string, DatabaseNotifications>();
    const byModule = new Map<string, DatabaseNotifications>();
    for (const module of this.databases.modules) {
      const url = this.databases.urlOf(module);
      const place = targetNameOf(url);
      const connection =
        byPlace.get(place) ??
        new DatabaseNotifications(
          url,
          (told) => this.signal.pass(told),
          (line) => this.logger.warn(line),
        );
      byPlace.set(place, connection);
      byModule.set(module, connection);
    }
    this.connections = [...byPlace.values()];
    for (const connection of this.connections) connection.start();
    this.ignoreOwn = this.signal.listenToOwn((module) => byModule.get(module)?.tell(module));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ignoreOwn?.();
    await Promise.all(this.connections.map((connection) => connection.stop()));
  }
}
