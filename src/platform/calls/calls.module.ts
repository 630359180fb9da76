import { Module } from '@nestjs/common';
import { CallEndpoint } from './call-endpoint';
import { CallMetrics } from './call-metrics';
import { LocalCalls } from './local-calls';
import { NatsCallChannel } from './nats-call-channel';
import { PeerWatch } from './peer-watch';
import { RemoteCalls } from './remote-calls';
import { RemoteHandlers } from './remote-handlers';

/** Commands and queries across processes. */
@Module({
  providers: [CallMetrics, LocalCalls, NatsCallChannel, RemoteCalls, RemoteHandlers, CallEndpoint, PeerWatch],
})
export class CallsModule {}
