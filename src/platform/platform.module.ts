import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Clock } from './clock';
import { Settings } from './config/settings';
import { ModuleDatabases } from './database/module-databases';
import { UnitOfWork } from './database/unit-of-work';
import { HttpModule } from './http/http.module';
import { JobsModule } from './jobs/jobs.module';
import { HandlerScopes } from './messaging/handler-scopes';
import { Handlers } from './messaging/handlers';
import { LogSignal } from './messaging/log-signal';
import { LogNotifications } from './messaging/log/log-notifications';
import { LogReaders } from './messaging/log/log-readers';
import { Outbox } from './messaging/outbox';
import { ConsumerRegistry } from './messaging/subscriptions/consumer-registry';
import { SubscriptionOperations } from './messaging/subscriptions/subscription-operations';
import { Subscriptions } from './messaging/subscriptions/subscriptions';
import { SagaDeadlines } from './saga/saga-deadlines';
import { SagaRegistry } from './saga/saga-registry';
import { SagaRuntime } from './saga/saga-runtime';
import { SagaStore } from './saga/saga-store';
import { Broker } from './transport/broker';
import { LogRelays } from './transport/log-relays';
import { RemoteLogs } from './transport/remote-logs';

/** Everything that modules stand on. Knows none of them. */
@Module({})
export class PlatformModule {
  static forRoot(settings: Settings, databases: ModuleDatabases): DynamicModule {
    const shared = [Clock, UnitOfWork, Outbox, LogSignal, SagaRegistry, SagaRuntime, Subscriptions, SubscriptionOperations, Broker];
    return {
      module: PlatformModule,
      global: true,
      imports: [CqrsModule.forRoot(), DiscoveryModule, JobsModule, HttpModule],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: ModuleDatabases, useValue: databases },
        ...shared,
        Handlers,
        HandlerScopes,
        LogReaders,
        LogRelays,
        RemoteLogs,
        LogNotifications,
        ConsumerRegistry,
        SagaDeadlines,
        SagaStore,
      ],
      exports: [Settings, ModuleDatabases, ...shared],
    };
  }
}
