import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { CallsModule } from '../calls/calls.module';
import { CatalogueModule } from '../catalogue/pages/catalogue.module';
import { Clock } from '../unit-of-work/clock';
import { Settings } from '../config/settings';
import { DatabaseClocks } from '../database/database-clocks';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Hosting } from '../hosting/hosting';
import { NO_TOPOLOGY, Topology, topologyOf } from '../topology/topology';
import { ForwardingModule } from '../http/forwarding/forwarding.module';
import { HttpModule } from '../http/http.module';
import { apiInfoOf } from '../http/open-api-info';
import { JobsModule } from '../jobs/jobs.module';
import { HandlerScopes } from '../unit-of-work/handler-scopes';
import { Handlers } from '../messages/handlers';
import { LogSignal } from '../unit-of-work/log-signal';
import { LogNotifications } from '../log/log-notifications';
import { LogReaders } from '../log/log-readers';
import { RemoteLag, RemoteSources } from '../log/remote-sources';
import { Outbox } from '../unit-of-work/outbox';
import { Consumers } from '../subscriptions/consumer';
import { ConsumerRegistry } from '../topology/consumer-registry';
import { SubscriptionOperations } from '../subscriptions/subscription-operations';
import { Subscriptions } from '../subscriptions/subscriptions';
import { SagaDeadlines } from '../sagas/saga-deadlines';
import { SagaOperations } from '../sagas/saga-operations';
import { SagaRegistry } from '../sagas/saga-registry';
import { SagaRuntime } from '../sagas/saga-runtime';
import { Sagas } from '../sagas/sagas';
import { SagaStore } from '../sagas/saga-store';
import { boundedContextsOf, hostingFor } from '../hosting/bounded-contexts';
import { Broker } from '../transport/broker';
import { LocationAnnouncement } from '../placement/location-announcement';
import { LogRelays } from '../transport/log-relays';
import { RemoteLags } from '../transport/remote-lags';
import { RemoteLogs } from '../transport/remote-logs';

/** Everything that modules stand on. Knows none of them. */
@Module({})
export class PlatformModule {
  /**
   * `root` lists the application's modules, hosted here or not; without it, there are no others than those
   * with a database.
   */
  static forRoot(settings: Settings, databases: ModuleDatabases, root?: Type): DynamicModule {
    const shared = [
      Clock,
      DatabaseClocks,
      SagaOperations,
      UnitOfWork,
      Outbox,
      LogSignal,
      SagaRegistry,
      SagaRuntime,
      Sagas,
      Subscriptions,
      SubscriptionOperations,
      Broker,
    ];
    const ofModules = [...settings.modules].map(([type, value]) => ({ provide: type, useValue: value }));
    // The whole API is only described: nothing reads the settings of modules that live elsewhere, but they
    // have to be there.
    const ofAll = root ? boundedContextsOf(root).flatMap(({ settings: type }) => (type ? [type] : [])) : [];
    const modules = new Map(ofAll.map((type) => [type, settings.modules.get(type) ?? {}]));
    const everywhere: Settings = { ...settings, modules, hosting: { modules: undefined } };
    const whole = () => (root ? [PlatformModule.forRoot(everywhere, databases, root), root] : []);
    return {
      module: PlatformModule,
      global: true,
      imports: [
        CqrsModule.forRoot(),
        DiscoveryModule,
        JobsModule,
        HttpModule.forRoot(apiInfoOf(root)),
        CallsModule,
        ForwardingModule.forRoot(whole),
        CatalogueModule.forRoot(root),
      ],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: ModuleDatabases, useValue: databases },
        { provide: Hosting, useValue: root ? hostingFor(root, settings) : new Hosting(databases.modules) },
        { provide: Topology, useValue: root ? topologyOf(root) : NO_TOPOLOGY },
        ...ofModules,
        ...shared,
        Handlers,
        HandlerScopes,
        LogReaders,
        LogRelays,
        RemoteLogs,
        { provide: RemoteSources, useExisting: RemoteLogs },
        RemoteLags,
        { provide: RemoteLag, useExisting: RemoteLags },
        LogNotifications,
        ConsumerRegistry,
        { provide: Consumers, useExisting: ConsumerRegistry },
        SagaDeadlines,
        SagaStore,
        LocationAnnouncement,
      ],
      exports: [
        Settings,
        ...settings.modules.keys(),
        ModuleDatabases,
        Hosting,
        Handlers,
        Topology,
        ...shared,
      ],
    };
  }
}
