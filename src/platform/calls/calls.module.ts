import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Addresses } from '../http/forwarding/addresses';
import { AddressAnnouncement } from '../http/forwarding/address-announcement';
import { LocationAnnouncement } from '../placement/location-announcement';
import { Forwarding } from '../http/forwarding/forwarding';
import { ApiCatalogue } from '../http/forwarding/api-catalogue';
import { CallEndpoint } from './call-endpoint';
import { CallMetrics } from './call-metrics';
import { LocalCalls } from './local-calls';
import { NatsCallChannel } from './nats-call-channel';
import { PeerWatch } from './peer-watch';
import { RemoteCalls } from './remote-calls';
import { RemoteHandlers } from './remote-handlers';

/** Commands, queries and requests across processes. */
@Module({})
export class CallsModule {
  /** `whole` answers what a process imports that hosts every module: its API is described, wherever it is hosted. */
  static forRoot(whole: () => readonly (Type | DynamicModule)[]): DynamicModule {
    return {
      module: CallsModule,
      providers: [
        CallMetrics,
        LocalCalls,
        NatsCallChannel,
        RemoteCalls,
        RemoteHandlers,
        CallEndpoint,
        PeerWatch,
        LocationAnnouncement,
        Addresses,
        AddressAnnouncement,
        Forwarding,
        { provide: ApiCatalogue, useValue: new ApiCatalogue(whole) },
      ],
      exports: [Forwarding],
    };
  }
}
