import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { allSettled } from '../kernel/all-settled';
import { Settings } from '../config/settings';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { LogReaders } from '../log/log-readers';
import { Consumers } from './consumer';
import { LeaseKeeper } from './lease-keeper';
import { spareConnections } from './spare-connections';
import { SubscriptionWorker } from './subscription-worker';

/** Runs the subscriptions of the modules that this process hosts, and drains them at shutdown. */
@Injectable()
export class Subscriptions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private keepers: LeaseKeeper[] = [];

  constructor(
    private readonly consumers: Consumers,
    private readonly readers: LogReaders,
    private readonly databases: ModuleDatabases,
    private readonly work: UnitOfWork,
    private readonly settings: Settings,
  ) {}

  /** The modules side by side: each waits for its own database, and for the logs it reads. */
  async onApplicationBootstrap(): Promise<void> {
    await allSettled(this.databases.modules.map((module) => this.start(module)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const keepers = this.keepers;
    this.keepers = [];
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await this.readers.close();
  }

  private async start(module: string): Promise<void> {
    const { leaseMs } = this.settings.messaging;
    const database = this.databases.of(module);
    const keepers: LeaseKeeper[] = [];
    const wanted = this.consumers
      .of(module)
      .flatMap((consumer) => consumer.logs.map((log) => ({ consumer, log })));
    const opened = await allSettled(
      wanted.map(async ({ consumer, log }) => ({ consumer, reader: await this.readers.open(log, module) })),
    );
    const workers = opened.map(
      ({ consumer, reader }) =>
        new SubscriptionWorker(
          consumer,
          reader,
          this.work,
          leaseMs,
          (worker) => keepers[0].reload(worker),
          () => spareConnections(database),
        ),
    );
    if (workers.length === 0) return;
    const keeper = new LeaseKeeper(module, database, workers, leaseMs);
    keepers.push(keeper);
    this.keepers.push(keeper);
    await keeper.start();
  }
}
