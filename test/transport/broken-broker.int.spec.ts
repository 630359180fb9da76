import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Envelope, LogPosition } from '../../src/platform/messages/envelope';
import type { LogSource } from '../../src/platform/log/log-source';
import { comparePositions } from '../../src/platform/log/log-position';
import { LogReader } from '../../src/platform/log/log-reader';
import { LogRelay } from '../../src/platform/transport/log-relay';
import { encodeRecord } from '../../src/platform/transport/log-record';
import { LogStream } from '../../src/platform/transport/log-stream';
import { streamOf } from '../../src/platform/transport/log-subjects';
import { RelayLease, type RelayTerm } from '../../src/platform/transport/relay-lease';
import { StreamCursor } from '../../src/platform/transport/stream-cursor';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { CACHE_SIZE, ConformanceRig, LOG, readUntil, someKeys } from './conformance';
import { NatsTransport, stop } from './nats-transport';

/** A relay that was never told that its time is over: only the stream can keep it out. */
class EndlessLease extends RelayLease {
  override async take(): Promise<RelayTerm> {
    return { epoch: '0', until: Number.POSITIVE_INFINITY };
  }

  override async keep(): Promise<boolean> {
    return true;
  }
}

/** One term, and no second one. It ends where its relay says that the stream has what it lacks. */
class OneTerm extends RelayLease {
  readonly term: RelayTerm = { epoch: '0', until: Number.POSITIVE_INFINITY };
  asked = 0;
  isStored: (position: LogPosition) => Promise<boolean> = async () => true;

  override async take(): Promise<RelayTerm | undefined> {
    this.asked += 1;
    return this.asked === 1 ? this.term : undefined;
  }

  override keep(_term: RelayTerm, position: LogPosition): Promise<boolean> {
    return this.isStored(position);
  }
}

describeWithNats('A transport whose broker breaks', () => {
  let rig: ConformanceRig;
  let server: NatsServer;
  let transport: NatsTransport;

  beforeEach(async () => {
    rig = await ConformanceRig.start();
    server = await NatsServer.start();
    transport = await NatsTransport.start(rig, server);
  });

  afterEach(async () => {
    await rig.stopAll();
    await transport.close();
    await rig.close();
    await server.stop();
  });

  /**
   * What the stream holds, in its order: how often each message is there, and whether their positions grow.
   */
  async function stored(): Promise<{ ids: string[]; sorted: boolean }> {
    const connection = await transport.connect();
    const source = new LogReader(LOG, rig.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: 10 });
    try {
      await source.start();
      const stream = await LogStream.of(connection, LOG);
      const { name } = await stream.consumerAfter(await source.beginning(), true);
      const consumer = await jetstream(connection).consumers.get(streamOf(LOG), name);
      const { num_pending } = await consumer.info();
      const ids: string[] = [];
      const positions: string[] = [];
      for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 5_000 })) {
        if (message.subject.endsWith('.head')) continue;
        ids.push(message.headers!.get('ce-id'));
        const [generation, tick, seq] = message.headers!.get('ce-position').split('.');
        positions.push([generation, tick, seq].map((part) => part.padStart(20, '0')).join('.'));
      }
      return {
        ids,
        sorted: positions.every((position, index) => index === 0 || positions[index - 1] < position),
      };
    } finally {
      await source.stop();
      await connection.close();
    }
  }

  /**
   * Puts a message into the stream once more, as a bridge or a restore might do it: without an id that the
   * broker could know it by.
   */
  async function repeat(connection: NatsConnection, message: Envelope, after: LogPosition): Promise<void> {
    const { subject, data, headers } = encodeRecord(LOG, {
      position: message.position,
      after,
      through: message.position,
      message,
    });
    await jetstream(connection).publish(subject, data, { headers });
  }

  it('loses and doubles nothing when it is killed again and again', async () => {
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.killed', source);
    const keys = someKeys(6);
    const publishing = rig.publishMany(keys, 60, 3);
    for (let kills = 1; kills <= 3; kills += 1) {
      await eventually(
        async () =>
          expect(await rig.countEffects('shipping.killed', keys)).toBeGreaterThanOrEqual(kills * 20),
        40_000,
      );
      await server.kill();
      await server.restart();
    }
    await publishing;
    await rig.everythingCame('shipping.killed', keys, 60);
    const { ids, sorted } = await stored();
    expect(new Set(ids).size).toBe(ids.length);
    expect(sorted).toBe(true);
  });

  it('loses and doubles nothing when it is wiped: the log fills it again', async () => {
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.wiped', source);
    const keys = someKeys(6);
    const publishing = rig.publishMany(keys, 60, 3);
    for (let wipes = 1; wipes <= 2; wipes += 1) {
      await eventually(
        async () => expect(await rig.countEffects('shipping.wiped', keys)).toBeGreaterThanOrEqual(wipes * 60),
        40_000,
      );
      await server.kill();
      await server.wipe();
      await server.restart();
    }
    await publishing;
    await rig.everythingCame('shipping.wiped', keys, 60);
    // After the last time that it was wiped, too, which may have been when everything had been handled.
    await eventually(async () => expect((await stored()).ids).toHaveLength(6 * 60), 40_000);
  });

  it('lets a subscription that has not handled everything find its place after it was wiped', async () => {
    const keys = someKeys(3);
    const first = await rig.open(transport);
    const { crash } = await rig.subscribe('shipping.late', first.source);
    await rig.publishMany(keys, 20);
    await rig.everythingCame('shipping.late', keys, 20);
    await crash();
    await Promise.all(keys.map((key) => rig.publish(key, 21, 22)));
    await server.kill();
    await server.wipe();
    await server.restart();
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.late', source);
    await rig.everythingCame('shipping.late', keys, 22);
  });

  it('goes on when its stream is removed under it, and says so when it was emptied', async () => {
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.removed', source);
    const keys = someKeys(3);
    await rig.publishMany(keys, 10);
    await rig.everythingCame('shipping.removed', keys, 10);
    const connection = await transport.connect();
    const { streams } = await jetstreamManager(connection);
    await streams.delete(streamOf(LOG));
    await Promise.all(keys.map((key) => rig.publish(key, 11)));
    await rig.everythingCame('shipping.removed', keys, 11);
    await streams.purge(streamOf(LOG));
    await Promise.all(keys.map((key) => rig.publish(key, 12)));
    await rig.everythingCame('shipping.removed', keys, 12);
    // A reader that needs what was removed fails, with an error that says so and names the way out.
    const late = await rig.open(transport);
    await eventually(async () =>
      expect(late.source.read(await late.source.beginning(), 10)).rejects.toThrow('lacks messages'),
    );
    await streams.delete(streamOf(LOG));
    await connection.close();
    await rig.subscribe('shipping.late-after-purge', late.source);
    await rig.everythingCame('shipping.late-after-purge', keys, 12);
  });

  it('hands out each message once when two relays publish of which neither believes that its time is over', async () => {
    const lease = (): RelayLease => new EndlessLease(rig.test.databases.of(LOG), uuidv7(), 3_000);
    const zombies = [await transport.startOwner(lease()), await transport.startOwner(lease())];
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.zombies', source);
    const keys = someKeys(8);
    await rig.publishMany(keys, 40, 2);
    await rig.everythingCame('shipping.zombies', keys, 40);
    for (const zombie of zombies) await stop(zombie);
    // One that finds all that in the stream.
    const late = await rig.open(transport);
    await rig.subscribe('shipping.after-zombies', late.source);
    await rig.everythingCame('shipping.after-zombies', keys, 40);
  });

  it.each(['a place that the broker acknowledged', 'the end of the stream only'])(
    'gets the rest of a batch again whose first message somebody else took the place of, from %s',
    async (from) => {
      const [key] = someKeys(1);
      const isMessage =
        (number: number) =>
        ({ keyVersion }: { keyVersion: number }): boolean =>
          keyVersion === number;
      await rig.publish(key, 1);
      const { source } = await rig.open(transport);
      const [message] = await readUntil(source, await source.beginning(), isMessage(1));
      await transport.pauseOwner(async (connection) => {
        // More of them than a reader fetches at a time.
        const numbers = Array.from({ length: 2 * CACHE_SIZE }, (_, index) => index + 2);
        await rig.publish(key, ...numbers);
        const log = new LogReader(LOG, rig.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: 10 });
        await log.start();
        const batch = await readUntil(log, message.position, isMessage(2 * CACHE_SIZE + 1));
        await log.stop();
        const { sequence } = await (await LogStream.of(connection, LOG)).end();
        const client = jetstream(connection);
        await repeat(connection, message, await source.beginning());
        // What a relay sends that does not know yet that the place of the first is taken.
        for (const [index, { position }] of batch.entries()) {
          const after = batch[index - 1]?.position ?? message.position;
          const { subject, data, headers } = encodeRecord(LOG, {
            position,
            after,
            through: position,
            message: batch[index],
          });
          const sent = client.publish(subject, data, {
            headers,
            msgID: batch[index].id,
            expect: { lastSequence: sequence + index },
          });
          if (index === 0) await expect(sent).rejects.toThrow('wrong last sequence');
          else await sent;
        }
        if (from === 'the end of the stream only')
          await rig.asAdministrator('update orders.log_relay set tick = tick + 1000');
      });
      await rig.publish(key, 2 * CACHE_SIZE + 2);
      await rig.subscribe('shipping.rest-of-batch', source);
      await rig.everythingCame('shipping.rest-of-batch', [key], 2 * CACHE_SIZE + 2);
    },
  );

  it.each([
    ['what it has', 8],
    ['what it has and what comes next', 9],
  ])(
    'lets a reader find its place behind repeats of %s, though nothing more is published',
    async (_what, lastRepeat) => {
      const [key] = someKeys(1);
      for (let number = 1; number <= 12; number += 1) await rig.publish(key, number);
      const before = await rig.open(transport);
      const beginning = await before.source.beginning();
      const isLast = ({ keyVersion }: { keyVersion: number }): boolean => keyVersion === 12;
      const messages = await readUntil(before.source, beginning, isLast);
      const connection = await transport.connect();
      // So many that a binary search of the stream meets them.
      for (const index of [...Array.from({ length: 40 }, (_, nth) => nth % 8), lastRepeat - 1]) {
        await repeat(connection, messages[index], messages[index - 1]?.position ?? beginning);
      }
      await connection.close();
      const { source } = await rig.open(transport);
      const rest = await readUntil(source, messages[7].position, isLast);
      expect(rest.map(({ keyVersion }) => keyVersion)).toEqual([9, 10, 11, 12]);
    },
  );

  it('tells who reads at once that the connection is lost', async () => {
    await rig.publish(someKeys(1)[0], 1);
    const connection = await transport.connect();
    const cursor = await eventually(() => StreamCursor.from(connection, LOG, 1));
    const records = cursor.next(1_000);
    await records.next();
    await records.next();
    const told = expect(records.next()).rejects.toThrow('the connection to the broker was lost');
    // It is not started again; the client would wait for that.
    await server.kill();
    await told;
    await connection.close();
  });

  /** A log whose reader stands still once it has read something, until it is released. */
  async function freezingLog(): Promise<{
    source: LogSource;
    isFrozen(): boolean;
    thaw(): void;
    stop(): Promise<void>;
  }> {
    const reader = new LogReader(LOG, rig.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: 10 });
    await reader.start();
    let thaw = (): void => undefined;
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    let frozen = false;
    const source: LogSource = {
      log: LOG,
      end: reader.end,
      onGrowth: (listener) => reader.onGrowth(listener),
      beginning: () => reader.beginning(),
      read: async (after, limit) => {
        const page = await reader.read(after, limit);
        if (page.messages.length > 0 && !frozen) {
          frozen = true;
          await thawed;
        }
        return page;
      },
    };
    return { source, isFrozen: () => frozen, thaw: () => thaw(), stop: () => reader.stop() };
  }

  /** A relay that stands still with the second message read and not published; the first is in the stream. */
  async function relayThatHasRead(key: string, lease: RelayLease, connection: NatsConnection) {
    const log = await freezingLog();
    const relay = new LogRelay(log.source, connection, lease);
    relay.start();
    await rig.publish(key, 2);
    await eventually(() => expect(log.isFrozen()).toBe(true));
    const stop = async (): Promise<void> => {
      await relay.stop();
      await log.stop();
    };
    return { thaw: log.thaw, stop };
  }

  it('gets nothing from a relay whose term has ended since it read', async () => {
    const [key] = someKeys(1);
    await rig.publish(key, 1);
    const { source } = await rig.open(transport);
    await readUntil(source, await source.beginning(), ({ keyVersion }) => keyVersion === 1);
    await transport.pauseOwner(async (connection) => {
      const lease = new OneTerm(rig.test.databases.of(LOG), uuidv7(), 3_000);
      const relay = await relayThatHasRead(key, lease, connection);
      const stream = await LogStream.of(connection, LOG);
      const before = await stream.end();
      lease.term.until = 0;
      relay.thaw();
      await eventually(() => expect(lease.asked).toBeGreaterThan(1)).finally(() => relay.stop());
      expect((await stream.end()).sequence).toBe(before.sequence);
    });
  });

  it('is not said to have what it has rejected', async () => {
    const [key] = someKeys(1);
    await rig.publish(key, 1);
    const { source } = await rig.open(transport);
    const [message] = await readUntil(source, await source.beginning(), ({ keyVersion }) => keyVersion === 1);
    await transport.pauseOwner(async (connection) => {
      const lease = new OneTerm(rig.test.databases.of(LOG), uuidv7(), 3_000);
      const relay = await relayThatHasRead(key, lease, connection);
      await repeat(connection, message, await source.beginning());
      const stream = await LogStream.of(connection, LOG);
      const untrue: LogPosition[] = [];
      lease.isStored = async (position) => {
        const { last } = await stream.end();
        const isStored = last !== undefined && comparePositions(last.through, position) >= 0;
        if (!isStored) untrue.push(position);
        return isStored;
      };
      relay.thaw();
      // The rejection has ended its term.
      await eventually(() => expect(lease.asked).toBeGreaterThan(1)).finally(() => relay.stop());
      expect(untrue).toEqual([]);
    });
    await rig.subscribe('shipping.not-rejected', source);
    await rig.everythingCame('shipping.not-rejected', [key], 2);
  });

  it('rejects what a relay read before it was frozen and publishes when another one is long at work', async () => {
    const keys = someKeys(2);
    const log = await freezingLog();
    const connection = await transport.connect();
    const zombie = new LogRelay(
      log.source,
      connection,
      new EndlessLease(rig.test.databases.of(LOG), uuidv7(), 3_000),
    );
    zombie.start();
    await eventually(async () => {
      await rig.publish(someKeys(1)[0], 1);
      expect(log.isFrozen()).toBe(true);
    });
    await rig.publishMany(keys, 20);
    const stream = await LogStream.of(connection, LOG);
    await eventually(async () => expect((await stream.end()).sequence).toBeGreaterThan(40));
    // The broker itself must have forgotten the ids: it may not be what keeps them out.
    await sleep(1_500);
    log.thaw();
    await rig.publish(keys[0], 21);
    const { source } = await rig.open(transport);
    await readUntil(
      source,
      await source.beginning(),
      ({ subject, keyVersion }) => subject === keys[0] && keyVersion === 21,
    );
    await zombie.stop();
    await log.stop();
    await connection.close();
    const { ids, sorted } = await stored();
    expect(new Set(ids).size).toBe(ids.length);
    expect(sorted).toBe(true);
  });

  it('drops what stands in the stream a second time', async () => {
    const keys = someKeys(2);
    await rig.publishMany(keys, 10);
    const { source } = await rig.open(transport);
    let left = 20;
    const messages = await readUntil(source, await source.beginning(), () => (left -= 1) === 0);
    const connection = await transport.connect();
    for (const [index, message] of messages.slice(0, 8).entries()) {
      await repeat(connection, message, messages[index - 1]?.position ?? (await source.beginning()));
    }
    await Promise.all(keys.map((key) => rig.publish(key, 11, 12)));
    // One that sees the whole stream, one that is caught up, one that begins in the middle, one that begins
    // anew.
    await rig.subscribe('shipping.twice', source);
    await rig.everythingCame('shipping.twice', keys, 12);
    const cursor = await StreamCursor.at(connection, LOG, messages[4].position, true);
    const seen: string[] = [];
    for await (const { message } of cursor.next(cursor.pending)) if (message) seen.push(message.id);
    expect(seen.slice(0, 15)).toEqual(messages.slice(5, 20).map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    await cursor.close();
    await connection.close();
    const again = await rig.open(transport);
    const isLast = ({ subject, keyVersion }: { subject: string; keyVersion: number }): boolean =>
      subject === keys[1] && keyVersion === 12;
    const rest = await readUntil(again.source, messages[4].position, isLast);
    expect(new Set(rest.map(({ id }) => id)).size).toBe(rest.length);
    expect(rest.slice(0, 3).map(({ id }) => id)).toEqual(messages.slice(5, 8).map(({ id }) => id));
  });

  it('says so, and leaves nothing out, when messages were removed from its stream', async () => {
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const [key] = someKeys(1);
    for (let number = 1; number <= 10; number += 1) await rig.publish(key, number);
    const { source } = await rig.open(transport);
    const messages = await readUntil(source, await source.beginning(), ({ keyVersion }) => keyVersion === 10);
    const connection = await transport.connect();
    const manager = await jetstreamManager(connection);
    await manager.streams.deleteMessage(streamOf(LOG), 6);
    const other = await rig.open(transport);
    // The head is the first, so this is the fifth message: what comes before it is handed out, and nothing
    // beyond.
    const end = await eventually(async () => {
      const page = await other.source.read(messages[1].position, 10);
      expect(page.messages.map(({ keyVersion }) => keyVersion)).toEqual([3, 4]);
      return page.end;
    });
    await eventually(() => expect(other.source.read(end, 10)).rejects.toThrow('lacks messages'));
    await rig.subscribe('shipping.gap', other.source);
    // The way out that the error names.
    await manager.streams.delete(streamOf(LOG));
    await connection.close();
    await rig.publish(key, 11);
    await rig.everythingCame('shipping.gap', [key], 11);
    warnings.mockRestore();
  });
});
