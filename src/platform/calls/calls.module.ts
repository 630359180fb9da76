import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Addresses } from '../http/forwarding/addresses';
import { Announcement } from '../http/forwarding/announcement';
import { PlaceAnnouncement } from '../hosting/place-announcement';
import { Forwarding } from '../http/forwarding/forwarding';
import { WholeApi } from '../http/forwarding/whole-api';
import { CallEndpoint } from './call-endpoint';
import { CallMetrics } from './call-metrics';
import { LocalCalls } from './local-calls';
import { NatsCallChannel } from './nats-call-channel';
import { NeighbourWatch } from './neighbour-watch';
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
        NeighbourWatch,
        PlaceAnnouncement,
        Addresses,
        Announcement,
        Forwarding,
        { provide: WholeApi, useValue: new WholeApi(whole) },
      ],
      exports: [Forwarding],
    };
  }
}
