import type { NatsConnection } from '@nats-io/transport-node';
import { StreamCursor } from '../../src/platform/transport/stream-cursor';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { ConformanceRig, conformsToTransport, LOG, readUntil, someKeys } from './conformance';
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

  /** What the server sends a consumer as the `lost`-th message does not come. */
  function lose(connection: NatsConnection, lost: number): void {
    const subscribe = connection.subscribe.bind(connection);
    let delivered = 0;
    jest.spyOn(connection, 'subscribe').mockImplementation((subject, options) =>
      subscribe(subject, {
        ...options,
        callback: (error, message) => {
          if (message?.reply?.startsWith('$JS.ACK.') && (delivered += 1) === lost) return;
          void options?.callback?.(error, message);
        },
      }),
    );
  }

  it('notices at once that a message was lost on its way from the broker', async () => {
    const [key] = someKeys(1);
    await rig.publish(key, 1, 2, 3);
    const { source } = await rig.open(transport);
    await readUntil(
      source,
      await source.beginning(),
      ({ subject, keyVersion }) => subject === key && keyVersion === 3,
    );
    const connection = await transport.connect();
    const cursor = await StreamCursor.from(connection, LOG, 1);
    lose(connection, 2);
    const records = cursor.next(3);
    expect(await records.next()).toMatchObject({ done: false });
    await expect(records.next()).rejects.toThrow('lost on its way');
    await connection.close();
  });
});
