import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, createInbox, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { LogStream } from '../../src/platform/transport/log-stream';
import { laneSubject, streamOf } from '../../src/platform/transport/log-subjects';
import {
  brokerUser,
  inboxOf,
  natsConfiguration,
  urlFor,
} from '../../src/platform/transport/nats-configuration';
import { subjectOf } from '../../src/platform/calls/request';
import { readSettings } from '../../src/platform/config/settings';
import { addressSubjectOf } from '../../src/platform/http/forwarding/addresses';
import { describeWithNats, NatsServer } from '../support/nats-server';

const SECRET = 'a secret of this test';

describeWithNats('The logins of a broker', () => {
  const users = [brokerUser(['orders', 'payments'], SECRET), brokerUser(['shipping'], SECRET)];
  let server: NatsServer;
  const connections: NatsConnection[] = [];

  const login = async (index: number): Promise<NatsConnection> => {
    const { transport } = readSettings({ NATS_URL: urlFor(users[index], `127.0.0.1:${server.port}`) });
    const connection = await connect({
      servers: [...transport.servers],
      user: transport.user,
      pass: transport.password,
      inboxPrefix: inboxOf(users[index].name),
    });
    connections.push(connection);
    return connection;
  };

  const isRefused = (subscription: Subscription): Promise<void> =>
    expect(
      subscription.closed.then((error) => {
        if (error) throw error;
      }),
    ).rejects.toThrow(/permissions violation/i);

  beforeAll(async () => void (server = await NatsServer.start({ configuration: natsConfiguration(users) })));
  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await server?.stop();
  });

  it('publish the logs of their own modules, and are denied on those of others', async () => {
    const [orders, shipping] = [await login(0), await login(1)];
    for (const module of ['orders', 'payments']) await (await LogStream.of(orders, module)).create();
    expect((await jetstream(orders).publish(laneSubject('payments', 3), 'mine')).seq).toBe(1);
    await expect(jetstream(shipping).publish(laneSubject('payments', 3), 'not mine')).rejects.toThrow(
      /permissions violation/i,
    );
    await expect(jetstream(orders).publish(laneSubject('shipping', 3), 'not mine')).rejects.toThrow(
      /permissions violation/i,
    );
    expect((await (await LogStream.of(orders, 'payments')).info())?.state.messages).toBe(1);
  });

  it('can neither make, empty nor remove streams of others', async () => {
    const shipping = await login(1);
    await expect((await LogStream.of(shipping, 'catalog')).create()).rejects.toThrow(
      /permissions violation/i,
    );
    const { streams } = await jetstreamManager(shipping, { checkAPI: false });
    await expect(streams.purge(streamOf('payments'))).rejects.toThrow(/permissions violation/i);
    await expect(streams.delete(streamOf('payments'))).rejects.toThrow(/permissions violation/i);
    await expect(streams.deleteMessage(streamOf('payments'), 1)).rejects.toThrow(/permissions violation/i);
  });

  it('read the logs of all', async () => {
    const stream = await LogStream.of(await login(1), 'payments');
    const consumer = await stream.consumerAfter({ generation: 1, tick: 0n, seq: 0n }, true);
    expect(consumer.num_pending).toBe(1);
  });

  it.each([
    ['call', (module: string) => subjectOf({ name: `${module}.test` })],
    ['find', addressSubjectOf],
  ])('%s all modules and answer only for their own', async (_, subjectFor) => {
    const [orders, shipping] = [await login(0), await login(1)];
    const answering = shipping.subscribe(subjectFor('shipping'), {
      callback: (_error, message) => void message.respond('yes'),
    });
    await shipping.flush();
    expect((await orders.request(subjectFor('shipping'), undefined, { timeout: 30_000 })).string()).toBe(
      'yes',
    );
    answering.unsubscribe();
    await isRefused(shipping.subscribe(subjectFor('orders')));
  });

  it('hear the answers to their own questions only, and cannot make answers up', async () => {
    const [orders, shipping] = [await login(0), await login(1)];
    await isRefused(shipping.subscribe(`${inboxOf(users[0].name)}.>`));
    await isRefused(shipping.subscribe('_INBOX.>'));
    const heard: string[] = [];
    const inbox = createInbox(inboxOf(users[0].name));
    orders.subscribe(inbox, { callback: (_error, message) => void heard.push(message.string()) });
    await orders.flush();
    shipping.publish(inbox, 'made up');
    await shipping.flush();
    await orders.flush();
    expect(heard).toEqual([]);
  });
});
