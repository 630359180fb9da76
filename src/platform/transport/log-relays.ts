import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { allSettled } from '../kernel/all-settled';
import { Settings } from '../config/settings';
import { ModuleDatabases } from '../database/module-databases';
import { LogHealth } from '../log/log-health';
import { LogReaders } from '../log/log-readers';
import { PROCESS_ID } from '../kernel/process-id';
import { Broker } from './broker';
import { LogRelay } from './log-relay';
import { RelayLease } from './relay-lease';

/** Carries the logs of the modules that this process hosts to the broker, where there is one. */
@Injectable()
export class LogRelays implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private relays: LogRelay[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly readers: LogReaders,
    private readonly databases: ModuleDatabases,
    private readonly settings: Settings,
    private readonly health: LogHealth,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.broker.isConfigured) return;
    await allSettled(this.databases.modules.map((module) => this.start(module)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const relays = this.relays;
    this.relays = [];
    await Promise.all(relays.map((relay) => relay.stop()));
  }

  private async start(module: string): Promise<void> {
    const lease = new RelayLease(this.databases.of(module), PROCESS_ID, this.settings.messaging.leaseMs);
    const log = await this.readers.openDurable(module);
    const relay = new LogRelay(log, this.broker.connection, lease, this.health.reporter(module, 'relay'));
    this.relays.push(relay);
    relay.start();
  }
}
