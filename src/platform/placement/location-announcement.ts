import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Subscription } from '@nats-io/transport-node';
import { ModuleDatabases } from '../database/module-databases';
import { targetNameOf } from '../database/roles';
import { LogHistory } from '../log/log-history';
import { Broker } from '../transport/broker';
import { respondFor } from '../transport/signed-answers';
import { type AnnouncedLocation, locationSubjectOf } from './other-locations';

/**
 * Answers which databases the modules of this process live in, so that no process provisions a second one.
 */
@Injectable()
export class LocationAnnouncement implements OnApplicationBootstrap, OnModuleDestroy {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly databases: ModuleDatabases,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.broker.isConfigured) return;
    const { connection } = this.broker;
    this.subscriptions = this.databases.modules.map((module) =>
      connection.subscribe(locationSubjectOf(module), {
        callback: (error, message) => {
          if (error) return;
          void this.placeOf(module)
            .then((place) => respondFor(connection, module, message, JSON.stringify(place)))
            .catch(() => undefined);
        },
      }),
    );
  }

  onModuleDestroy(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  private async placeOf(module: string): Promise<AnnouncedLocation> {
    const database = this.databases.of(module);
    const { identity } = await new LogHistory(database).identity();
    return { identity, place: targetNameOf((database.options as { url: string }).url) };
  }
}
