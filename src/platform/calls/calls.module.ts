import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { boundedContextsOf } from '../start/bounded-contexts';
import { CallEndpoint } from './call-endpoint';
import { NatsCallChannel } from './nats-call-channel';
import { RemoteCalls } from './remote-calls';
import { DeclaredContexts, RemoteHandlers } from './remote-handlers';

/** Commands and queries across processes. */
@Module({})
export class CallsModule {
  static forRoot(root: Type | undefined): DynamicModule {
    const contexts = new DeclaredContexts(root ? boundedContextsOf(root) : []);
    return {
      module: CallsModule,
      providers: [{ provide: DeclaredContexts, useValue: contexts }, NatsCallChannel, RemoteCalls, RemoteHandlers, CallEndpoint],
      exports: [DeclaredContexts],
    };
  }
}
