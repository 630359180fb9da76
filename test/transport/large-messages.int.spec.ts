import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Envelope } from '../../src/platform/messages/envelope';
import { LogReader } from '../../src/platform/log/log-reader';
import { comparePositions } from '../../src/platform/log/log-position';
import type { LogSource } from '../../src/platform/log/log-source';
import { sizeOfAll } from '../../src/platform/messages/message-size';
import { LogStream } from '../../src/platform/transport/log-stream';
import { PullBatch } from '../../src/platform/transport/pull-batch';
import { RemoteLogReader } from '../../src/platform/transport/remote-log-reader';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { ConformanceRig, LOG, someKeys } from './conformance';
import { NatsTransport } from './nats-transport';

const COUNT = 300;
const SIZE = 150_000;
/** As processes have it. */
const CACHE_SIZE = 5_000;
/** What is read at once, and the message that reaches the limit. */
const MOST_IN_A_PAGE = 4_000_000 + 2 * SIZE;
/** Twice what is kept, and what comes together before it is cut down. */
const MOST_KEPT = 2 * 8_000_000 + 2_000_000 + SIZE;
const PATIENCE_MS = 60_000;

const bytesKept = (source: LogSource): number =>
  (source as unknown as { recent: { bytes: number } }).recent.bytes;

/**
 * Reads everything up to the last of a key's messages, a page at a time, and looks at what is in memory after
 * each.
 */
async function readAll(
  source: LogSource,
  key: string,
): Promise<{ numbers: number[]; largestPage: number; mostKept: number }> {
  const read = { numbers: [] as number[], largestPage: 0, mostKept: 0 };
  let after = await source.beginning();
  await eventually(async () => {
    for (;;) {
      const page = await source.read(after, 500);
      expect(comparePositions(page.end, after)).toBeGreaterThan(0);
      after = page.end;
      read.largestPage = Math.max(read.largestPage, sizeOfAll(page.messages));
      read.mostKept = Math.max(read.mostKept, bytesKept(source));
      read.numbers.push(
        ...page.messages
          .filter(({ subject }: Envelope) => subject === key)
          .map(({ keyVersion }) => keyVersion),
      );
      if (read.numbers.length >= COUNT) return;
    }
  }, PATIENCE_MS);
  return read;
}

describeWithNats('A backlog of large messages', () => {
  const [key] = someKeys(1);
  let rig: ConformanceRig;
  let server: NatsServer;
  let transport: NatsTransport | undefined;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    rig = await ConformanceRig.start();
    // A quarter of the backlog: a client for which more than that has to wait is cut off by the server.
    server = await NatsServer.start({ configuration: 'max_pending: 12MB' });
    await rig.asAdministrator(`
      insert into ${LOG}.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
      select 1, gen_random_uuid(), 'event', 'test', '${key}', 'orders.carried', 1,
             jsonb_build_object('key', '${key}', 'number', n, 'text', repeat('x', ${SIZE})), '{"correlationId":"c"}', 7, n
      from generate_series(1, ${COUNT}) n`);
  });

  afterAll(async () => {
    await transport?.close();
    for (const connection of connections) await connection.close();
    await rig?.close();
    await server?.stop();
  });

  const open = async (): Promise<NatsConnection> => {
    const connection = await connect({
      servers: server.url.replace('nats://', ''),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    connections.push(connection);
    return connection;
  };

  it('is read where it lives in pages that are limited by their bytes', async () => {
    const reader = new LogReader(LOG, rig.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    await reader.start();
    const { numbers, largestPage, mostKept } = await readAll(reader, key);
    await reader.stop();
    expect(numbers).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
    expect(largestPage).toBeLessThanOrEqual(MOST_IN_A_PAGE);
    expect(mostKept).toBeLessThanOrEqual(MOST_KEPT);
  });

  it('passes over the broker while calls are answered, and no connection breaks', async () => {
    const [calls, logs] = [await open(), await open()];
    const broken: string[] = [];
    for (const connection of [calls, logs]) {
      void (async () => {
        for await (const { type } of connection.status()) if (type === 'disconnect') broken.push(type);
      })();
    }
    calls.subscribe('asked', { callback: (_, message) => void message.respond() });
    transport = await NatsTransport.start(rig, server);
    await eventually(async () => expect(await (await LogStream.of(logs, LOG)).info()).toBeDefined());
    const readers = [1, 2].map(() => new RemoteLogReader(LOG, logs, { cacheSize: CACHE_SIZE }));
    for (const reader of readers) await reader.start();
    for (const reader of readers) await eventually(() => reader.end);
    let reading = true;
    let answers = 0;
    const asking = (async () => {
      while (reading) answers += (await calls.request('asked', '', { timeout: PATIENCE_MS })) ? 1 : 0;
    })();
    const all = await Promise.all(readers.map((reader) => readAll(reader, key))).finally(
      () => (reading = false),
    );
    await asking;
    for (const { numbers, largestPage, mostKept } of all) {
      expect(numbers).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
      expect(largestPage).toBeLessThanOrEqual(MOST_KEPT);
      expect(mostKept).toBeLessThanOrEqual(MOST_KEPT);
    }
    expect(answers).toBeGreaterThan(0);
    expect(broken).toEqual([]);
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('comes in requests that end with the bytes that were asked for', async () => {
    const logs = await open();
    const stream = await LogStream.of(logs, LOG);
    const { name: consumer } = await stream.consumerFrom(1);
    const asked = {
      stream: stream.name,
      consumer,
      messages: 1_000,
      bytes: 1_000_000,
      expiresMs: 5_000,
      heartbeatMs: 1_000,
    };
    const sequences: number[] = [];
    for (let request = 0; request < 2; request += 1) {
      const messages = new PullBatch(logs, asked).messages();
      let [bytes, next] = [0, await messages.next()];
      for (; !next.done; next = await messages.next()) {
        bytes += next.value.message.data.length;
        sequences.push(next.value.sequence);
      }
      expect(next.value).toBe('full');
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThanOrEqual(1_000_000);
    }
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  it('is asked for in smaller parts after the connection broke', async () => {
    const connection = await open();
    const reader = new RemoteLogReader(LOG, connection, { cacheSize: CACHE_SIZE });
    await reader.start();
    const { budget } = reader as unknown as { budget: { bytes: number; lost(): void } };
    const before = budget.bytes;
    const lost = jest.spyOn(budget, 'lost');
    await server.kill();
    await server.restart();
    await eventually(() => expect(lost).toHaveBeenCalled(), PATIENCE_MS);
    expect(before).toBe(2_000_000);
    await rig.publish(key, COUNT + 1);
    await eventually(() => expect(reader.end.tick).toBeGreaterThan(1n), PATIENCE_MS);
    await reader.stop();
  });
});
