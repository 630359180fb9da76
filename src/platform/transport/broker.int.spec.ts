import { Logger } from '@nestjs/common';
import { jetstream } from '@nats-io/jetstream';
import { describeWithNats, NatsServer } from '../../../test/support/nats-server';
import { eventually } from '../../../test/support/eventually';
import { readSettings } from '../config/settings';
import { Broker } from './broker';
import { replicasOn } from './check-broker';

const brokerOf = (env: Record<string, string>): Broker => new Broker(readSettings(env));

describe('A process without a broker', () => {
  it('starts, and says what is missing when somebody needs one', async () => {
    const broker = brokerOf({});
    await broker.onModuleInit();
    expect(broker.isConfigured).toBe(false);
    expect(() => broker.connection).toThrow('Set NATS_URL');
    await broker.onApplicationShutdown();
  });
});

describeWithNats('A broker', () => {
  const opened: { onApplicationShutdown(): Promise<void> }[] = [];
  const servers: NatsServer[] = [];
  const warnings = jest.spyOn(Logger.prototype, 'warn');

  const open = async (env: Record<string, string>): Promise<Broker> => {
    const broker = brokerOf(env);
    opened.push(broker);
    await broker.onModuleInit();
    return broker;
  };
  const start = async (configuration = '', syncInterval?: string): Promise<NatsServer> => {
    const server = await NatsServer.start({ configuration, syncInterval });
    servers.push(server);
    return server;
  };

  beforeEach(() => warnings.mockReset().mockImplementation(() => undefined));

  afterEach(async () => {
    for (const broker of opened.splice(0)) await broker.onApplicationShutdown();
    for (const server of servers.splice(0)) await server.stop();
  });

  it('is connected to with the login of its URL, and nothing is wrong with one that syncs always', async () => {
    const server = await start('authorization { users: [{ user: "me", password: "p@ss" }] }');
    const url = `nats://me:${encodeURIComponent('p@ss')}@127.0.0.1:${server.port}`;
    const broker = await open({ NATS_URL: url, NATS_MONITOR_URL: server.monitorUrl });
    await broker.connection.flush();
    expect(warnings).not.toHaveBeenCalled();
    expect(replicasOn(broker.connection)).toBe(1);
  });

  it('is warned of when it acknowledges before it syncs', async () => {
    const server = await start('', '2m');
    await open({ NATS_URL: server.url, NATS_MONITOR_URL: server.monitorUrl });
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('sync_interval: always'));
  });

  it('is refused when it does not let in, cannot keep messages or is not there', async () => {
    const server = await start('authorization { users: [{ user: "me", password: "right" }] }');
    await expect(open({ NATS_URL: `nats://me:wrong@127.0.0.1:${server.port}` })).rejects.toThrow(
      'NATS_URL names it with the right login',
    );
    const bare = await start('accounts { A { users: [{ user: "a", password: "a" }] } }');
    await expect(open({ NATS_URL: `nats://a:a@127.0.0.1:${bare.port}` })).rejects.toThrow(
      'Start nats-server with JetStream',
    );
    await bare.kill();
    await expect(open({ NATS_URL: bare.url })).rejects.toThrow(
      `The broker at 127.0.0.1:${bare.port} cannot be reached`,
    );
  });

  it('is connected to again after it was killed, and kept what it acknowledged', async () => {
    const server = await start();
    const broker = await open({ NATS_URL: server.url });
    const client = jetstream(broker.connection);
    const manager = await client.jetstreamManager();
    await manager.streams.add({ name: 'kept', subjects: ['kept'] });
    expect((await client.publish('kept', 'a')).seq).toBe(1);
    await server.kill();
    await server.restart();
    await eventually(async () => expect((await client.publish('kept', 'b')).seq).toBe(2));
  });

  it('has a connection of its own for calls, which answers while that of the logs is broken', async () => {
    const server = await start();
    const broker = await open({ NATS_URL: server.url });
    broker.calls.subscribe('asked', { callback: (_, message) => void message.respond('answered') });
    await broker.connection.close();
    expect((await broker.calls.request('asked')).string()).toBe('answered');
  });

  it('is refused when it does not take every message that may be published', async () => {
    const server = await start('max_payload: 500KB');
    await expect(open({ NATS_URL: server.url })).rejects.toThrow(
      /takes messages of at most 512000 bytes.* "max_payload: 1MB" or more/,
    );
  });

  it('keeps three copies on a cluster of three', async () => {
    servers.push(...(await NatsServer.startCluster()));
    const broker = await open({ NATS_URL: servers.map(({ url }) => url).join(',') });
    expect(replicasOn(broker.connection)).toBe(3);
    const manager = await jetstream(broker.connection).jetstreamManager();
    const { config } = await eventually(() =>
      manager.streams.add({ name: 'copies', subjects: ['copies'], num_replicas: 3 }),
    );
    expect(config.num_replicas).toBe(3);
  });

  it('is let go of when it is not there any more', async () => {
    const server = await start();
    const broker = await open({ NATS_URL: server.url });
    await server.kill();
    await broker.onApplicationShutdown();
    expect(() => broker.connection).toThrow('not open');
  });
});
