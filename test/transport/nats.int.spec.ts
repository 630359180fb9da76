import { describeWithNats, NatsServer } from '../support/nats-server';
import { ConformanceRig, conformsToTransport } from './conformance';
import { NatsTransport } from './nats-transport';

describeWithNats('Over NATS, the transport', () => {
  let rig: ConformanceRig;
  let server: NatsServer;
  let transport: NatsTransport;

  beforeAll(async () => {
    rig = await ConformanceRig.start();
    server = await NatsServer.start();
    transport = await NatsTransport.start(rig, server);
  });

  afterAll(async () => {
    await transport?.close();
    await rig?.close();
    await server?.stop();
  });

  conformsToTransport(() => ({ rig, transport }));
});
