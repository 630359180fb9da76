import { jetstreamManager } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { v7 as uuidv7 } from 'uuid';
import { LogReader } from '../../src/platform/log/log-reader';
import { LogRelay } from '../../src/platform/transport/log-relay';
import { useKeys } from '../../src/platform/transport/keys-of-connection';
import { LogStream } from '../../src/platform/transport/log-stream';
import { headSubject, laneSubject, streamOf } from '../../src/platform/transport/log-subjects';
import { ModuleKeys } from '../../src/platform/transport/module-keys';
import { brokerUser, inboxOf, natsConfiguration } from '../../src/platform/transport/nats-configuration';
import { RelayLease } from '../../src/platform/transport/relay-lease';
import { RemoteLogReader } from '../../src/platform/transport/remote-log-reader';
import { aimMessage } from '../support/aimed-messages';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { CACHE_SIZE, ConformanceRig, LOG, readUntil, someKeys } from './conformance';

const SECRET = 'a secret of this test';
const LEASE_MS = 3_000;

describeWithNats('A channel that another login tries to forge', () => {
  const users = {
    orders: brokerUser([LOG], SECRET),
    reader: brokerUser(['payments'], SECRET, { logs: [LOG], calls: [] }),
    attacker: brokerUser(['shipping'], SECRET, { logs: [LOG], calls: ['orders.find'] }),
  };
  let rig: ConformanceRig;
  let server: NatsServer;
  let attacker: NatsConnection;
  const closing: (() => Promise<void>)[] = [];

  const login = async (user: keyof typeof users, keys?: ModuleKeys): Promise<NatsConnection> => {
    const { name, password } = users[user];
    const connection = await connect({
      servers: [`127.0.0.1:${server.port}`],
      user: name,
      pass: password,
      inboxPrefix: inboxOf(name),
    });
    useKeys(connection, keys);
    closing.push(() => connection.close());
    return connection;
  };
  const startRelay = async (keys?: ModuleKeys) => {
    const database = rig.test.databases.of(LOG);
    const reader = new LogReader(LOG, database, { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    const ignore = rig.signal.listen(LOG, () => reader.signal());
    await reader.start();
    const relay = new LogRelay(
      reader,
      await login('orders', keys),
      new RelayLease(database, uuidv7(), LEASE_MS),
    );
    relay.start();
    const stop = async (): Promise<void> => {
      ignore();
      await relay.stop();
      await reader.stop();
    };
    closing.push(stop);
    return stop;
  };
  const openReader = async () => {
    const source = new RemoteLogReader(LOG, await login('reader', ModuleKeys.derivedFrom(SECRET)), {
      cacheSize: CACHE_SIZE,
    });
    await source.start();
    closing.push(() => source.stop());
    return source;
  };

  const aim = (subject: string, data: string | Uint8Array, attributes?: MsgHdrs): Promise<void> =>
    aimMessage(attacker, laneSubject('shipping', 1), subject, data, attributes);
  const length = async (): Promise<number> =>
    (await (await LogStream.of(attacker, LOG)).info())!.state.messages;
  /** What the attacker can make up: attributes like those of a record that it has read. */
  const madeUp = async (changes: Record<string, string>): Promise<MsgHdrs> => {
    const { streams } = await jetstreamManager(attacker, { checkAPI: false });
    const { header } = (await streams.getMessage(streamOf(LOG), { last_by_subj: `seamline.log.${LOG}.>` }))!;
    const made = headers();
    for (const [name, values] of header) if (name.startsWith('ce-')) made.set(name, values[0]);
    for (const [name, value] of Object.entries(changes)) made.set(`ce-${name}`, value);
    return made;
  };

  beforeEach(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    rig = await ConformanceRig.start();
    server = await NatsServer.start({ configuration: natsConfiguration(Object.values(users)) });
    await startRelay(ModuleKeys.derivedFrom(SECRET));
    attacker = await login('attacker');
    await (await LogStream.of(attacker, 'shipping')).create();
  });

  afterEach(async () => {
    await rig.stopAll();
    for (const close of closing.splice(0).reverse()) await close();
    await rig.close();
    await server.stop();
  });

  it('delivers what the log holds and nothing else, and goes on', async () => {
    const keys = someKeys(3);
    const source = await eventually(openReader);
    const before = await rig.subscribe('shipping.attacked', source);
    await rig.publishMany(keys, 5);
    await rig.everythingCame('shipping.attacked', keys, 5);
    const attacks: [string, string | Uint8Array, MsgHdrs?][] = [
      [laneSubject(LOG, 3), 'not even a record'],
      // A message at the end, one far beyond it, another one in the place of a known one, and an end that is
      // no end.
      [
        laneSubject(LOG, 3),
        '{"key":"forged","number":1}',
        await madeUp({ position: '1.999999.999999', through: '1.999999.999999' }),
      ],
      [laneSubject(LOG, 3), '{"key":"forged","number":2}', await madeUp({ id: uuidv7(), subject: 'forged' })],
      [headSubject(LOG), '', await madeUp({ after: '1.1.1', position: '9.9.9', through: '9.9.9' })],
    ];
    for (const [subject, data, attributes] of attacks) {
      const stored = await length();
      await aim(subject, data, attributes);
      await eventually(async () => expect(await length()).toBeGreaterThan(stored));
    }
    await Promise.all(keys.map((key) => rig.publish(key, 6, 7)));
    await rig.everythingCame('shipping.attacked', keys, 7);
    // One that finds all of it in the stream, and one that begins at its end.
    await before.crash();
    const late = await openReader();
    await rig.subscribe('shipping.attacked', late);
    await rig.subscribe('shipping.late', late);
    await rig.everythingCame('shipping.late', keys, 7);
    await Promise.all(keys.map((key) => rig.publish(key, 8)));
    await rig.everythingCame('shipping.attacked', keys, 8);
    await rig.everythingCame('shipping.late', keys, 8);
  });

  it('does not tell a reader that begins at the end of the stream that the log ends elsewhere', async () => {
    const [key] = someKeys(1);
    await rig.publish(key, 1);
    await eventually(async () => expect(await length()).toBe(2));
    await aim(headSubject(LOG), '', await madeUp({ after: '1.1.1', position: '9.9.9', through: '9.9.9' }));
    await eventually(async () => expect(await length()).toBeGreaterThan(2));
    const source = await openReader();
    const { generation } = await eventually(() => source.end);
    expect(generation).toBe(1);
    await rig.publish(key, 2);
    await readUntil(
      source,
      await source.beginning(),
      ({ subject, keyVersion }) => subject === key && keyVersion === 2,
    );
  });

  it('is filled with signed records once more where it held others, and readers find their places', async () => {
    for (const close of closing.splice(0).reverse()) await close();
    const stopOld = await startRelay();
    attacker = await login('attacker');
    const keys = someKeys(2);
    await rig.publishMany(keys, 40);
    await eventually(async () => expect(await length()).toBeGreaterThanOrEqual(80));
    await stopOld();
    await startRelay(ModuleKeys.derivedFrom(SECRET));
    await rig.publish(keys[0], 41);
    await rig.publish(keys[1], 41);
    const source = await eventually(openReader);
    await rig.subscribe('shipping.upgraded', source);
    await rig.everythingCame('shipping.upgraded', keys, 41);
    const isLast = ({ subject, keyVersion }: { subject: string; keyVersion: number }): boolean =>
      subject === keys[1] && keyVersion === 41;
    const all = await readUntil(source, await source.beginning(), isLast);
    const middle = all[Math.floor(all.length / 2)];
    const rest = await readUntil(await openReader(), middle.position, isLast);
    expect(rest.map(({ id }) => id)).toEqual(
      all
        .slice(all.indexOf(middle) + 1, all.length)
        .map(({ id }) => id)
        .slice(0, rest.length),
    );
  });

  it('lets nobody read what its modules do not listen to, remove consumers of others, or push into a log', async () => {
    const outsider = await login('reader');
    const manager = await jetstreamManager(outsider, { checkAPI: false });
    await expect(manager.streams.getMessage(streamOf('shipping'), { seq: 1 })).rejects.toThrow(
      /permissions violation/i,
    );
    await expect(
      manager.consumers.add(streamOf('shipping'), { name: 'mine', ack_policy: 'none' }),
    ).rejects.toThrow(/permissions violation/i);
    await rig.publish(someKeys(1)[0], 1);
    const stream = await LogStream.of(attacker, LOG);
    const { name } = await eventually(() => stream.consumerFrom(1));
    await expect(manager.consumers.delete(streamOf(LOG), name)).rejects.toThrow(/permissions violation/i);
    expect(
      (
        await jetstreamManager(attacker, { checkAPI: false }).then(({ consumers }) =>
          consumers.info(streamOf(LOG), name),
        )
      ).name,
    ).toBe(name);
    expect(name).toMatch(/^[0-9a-f]{32}$/);
  });
});
