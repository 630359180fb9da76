import { Logger } from '@nestjs/common';
import { withClient } from '../../src/platform/database/admin-client';
import type { LogPosition } from '../../src/platform/messages/envelope';
import { LogHistory } from '../../src/platform/log/log-history';
import { startOfWindow } from '../../src/platform/log/log-position';
import { LogReader } from '../../src/platform/log/log-reader';
import { SubscriptionOperations } from '../../src/platform/subscriptions/subscription-operations';
import {
  type NewGeneration,
  beginGenerationOn,
} from '../../src/platform/cli/begin-generation/begin-generation';
import { LogStream } from '../../src/platform/transport/log-stream';
import type { PositionReport } from '../../src/platform/transport/remote-lags';
import { RemoteLogReader } from '../../src/platform/transport/remote-log-reader';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { CACHE_SIZE, ConformanceRig, LOG, someKeys } from './conformance';
import { NatsTransport } from './nats-transport';

/** For a broker and several readers on a busy machine; costs nothing where all is well. */
const PATIENCE_MS = 120_000;

describeWithNats('A log beside a broker that kept its stream', () => {
  let server: NatsServer;
  /** Where the modules live that read the log over the broker. */
  let elsewhere: ConformanceRig;
  const rigs: ConformanceRig[] = [];
  let owner: NatsTransport | undefined;
  let problem: string | undefined;
  const readers: { stop(): Promise<void> }[] = [];

  beforeEach(async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    server = await NatsServer.start();
    elsewhere = await newDatabase();
  });

  afterEach(async () => {
    for (const reader of readers.splice(0)) await reader.stop();
    for (const rig of rigs) await rig.stopAll();
    await stopOwner();
    for (const rig of rigs.splice(0)) await rig.close();
    await server.stop();
    jest.restoreAllMocks();
  });

  /** The databases of a test run are clones of one, so that their logs have one identity. */
  async function newDatabase(): Promise<ConformanceRig> {
    const rig = await ConformanceRig.start();
    rigs.push(rig);
    await rig.asAdministrator(`update ${LOG}.log_identity set identity = gen_random_uuid()`);
    return rig;
  }

  /** The process of the log's module starts on a database. */
  async function startOwner(rig: ConformanceRig): Promise<NatsTransport> {
    problem = undefined;
    return (owner = await NatsTransport.startReporting(rig, (told) => (problem = told), server));
  }

  async function stopOwner(): Promise<void> {
    await owner?.close();
    owner = undefined;
  }

  const saysSo = (what: RegExp): Promise<void> =>
    eventually(() => {
      expect(problem).toMatch(what);
      expect(problem).toContain('npm run ops -- begin-generation orders');
    }, PATIENCE_MS);

  /** What an operator does when every process is stopped. */
  async function begin(rig: ConformanceRig, transport: NatsTransport): Promise<NewGeneration> {
    await stopOwner();
    const connection = await transport.connect();
    const pool = rig.test.databases.of(LOG);
    await pool.destroy();
    try {
      return await withClient(rig.test.adminUrl, 'test', (client) =>
        beginGenerationOn(client, rig.test.roles, LOG, connection),
      );
    } finally {
      await pool.initialize();
      await connection.close();
    }
  }

  /** A reader that is caught up and asks the owner of a database as processes do, and what it reports. */
  async function readerThatAsks(
    rig: ConformanceRig,
    transport: NatsTransport,
  ): Promise<{ problem?: string }> {
    const told: { problem?: string } = {};
    const connection = await transport.connect();
    const askOwner = async (position: LogPosition): Promise<PositionReport> => {
      const history = new LogHistory(rig.test.databases.of(LOG));
      const { identity, follows } = await history.identity();
      return {
        identity,
        standing: await history.standing(position),
        ...(follows && { follows: follows.identity ?? '' }),
      };
    };
    const reader = new RemoteLogReader(LOG, connection, {
      cacheSize: CACHE_SIZE,
      askOwner,
      report: (what) => (told.problem = what),
    });
    await reader.start();
    readers.push({ stop: async () => (await reader.stop(), await connection.close()) });
    return told;
  }

  /**
   * What a restore leaves: nothing that came after a tick, except messages that had been committed and not
   * closed by one.
   */
  async function restore(rig: ConformanceRig, { tick, seq }: { tick: string; seq: string }): Promise<void> {
    await rig.asAdministrator(`delete from ${LOG}.ticks where tick > ${tick}; update ${LOG}.log_head set tick = ${tick};
      delete from ${LOG}.outbox where seq > ${seq}; update ${LOG}.log_relay set generation = null, tick = null, seq = null;
      update shipping.subscription_positions set tick = ${tick}, seq = 0, epoch = epoch + 1, owner = null where tick >= ${tick}`);
  }

  const headOf = async (rig: ConformanceRig): Promise<{ tick: string; seq: string }> => {
    const [head] = await rig.test.databases
      .of(LOG)
      .query<{ tick: string; seq: string }[]>(
        'select h.tick, coalesce(max(o.seq), 0) as seq from log_head h left join outbox o on true group by h.tick',
      );
    return head;
  };

  const relayed = (rig: ConformanceRig, transport: NatsTransport): Promise<void> =>
    eventually(async () => {
      const connection = await transport.connect();
      try {
        const { last } = await (await LogStream.of(connection, LOG)).end();
        const { tick, seq } = await headOf(rig);
        const [{ covered }] = await rig.test.databases
          .of(LOG)
          .query<{ covered: boolean }[]>(
            'select bool_and(pg_visible_in_snapshot(o.xid, t.snapshot)) as covered from outbox o, log_head h join ticks t using (generation, tick) where o.generation = h.generation',
          );
        expect([covered, last?.through.tick, seq === '0']).toEqual([true, BigInt(tick), false]);
      } finally {
        await connection.close();
      }
    }, PATIENCE_MS);

  it('whose database was replaced is not relayed, says so, and goes on with all of its messages when an operator has said what holds', async () => {
    const first = await newDatabase();
    const keys = someKeys(3);
    const { source } = await elsewhere.open(await startOwner(first));
    await elsewhere.subscribe('shipping.apart', source);
    await first.publishMany(keys, 7);
    await elsewhere.everythingCame('shipping.apart', keys, 7);
    await stopOwner();

    const second = await newDatabase();
    const later = someKeys(2);
    await second.publishMany(later, 5);
    const transport = await startOwner(second);
    await saysSo(/not relayed: the stream seamline-log-orders is that of another log/);
    const told = await readerThatAsks(second, transport);
    await eventually(
      () => expect(told.problem).toMatch(/that of another log .* npm run ops -- begin-generation orders/),
      PATIENCE_MS,
    );
    expect(await elsewhere.countEffects('shipping.apart', later)).toBe(0);

    const begun = await begin(second, transport);
    expect(begun).toMatchObject({ generation: 2, stream: { lost: { messages: 21 }, republished: 10 } });
    expect(begun.stream!.lost.types.get('orders.carried')).toBe(21);
    await startOwner(second);
    await second.publish(later[0], 6);
    await second.publish(later[1], 6);
    await elsewhere.everythingCame('shipping.apart', later, 6);
    expect(problem).toBeUndefined();
    await eventually(() => expect(told.problem).toBeUndefined(), PATIENCE_MS);
    // Also to one that reads from the beginning, and to one that reads the log itself.
    const again = await elsewhere.open(owner!);
    await elsewhere.subscribe('shipping.apart-again', again.source);
    await elsewhere.everythingCame('shipping.apart-again', later, 6);
    await elsewhere.everythingCame('shipping.apart-again', keys, 7);
    const reader = new LogReader(LOG, second.test.databases.of(LOG), {
      pollMs: [5, 50],
      cacheSize: CACHE_SIZE,
    });
    await reader.start();
    await second.subscribe('shipping.beside', reader);
    await second.everythingCame('shipping.beside', later, 6);
    await second.stopAll();
    await reader.stop();
  });

  it('whose database was restored to an earlier state is not relayed, and goes on with nothing twice and nothing left out', async () => {
    const log = await newDatabase();
    const [common, closedLater, lost, after] = someKeys(4);
    const transport = await startOwner(log);
    const { source } = await elsewhere.open(transport);
    await elsewhere.subscribe('shipping.apart', source);
    await log.publishMany([common], 8);
    await elsewhere.everythingCame('shipping.apart', [common], 8);
    await relayed(log, transport);
    const { tick } = await headOf(log);
    await log.publish(closedLater, 1, 2);
    const { seq } = await headOf(log);
    await relayed(log, transport);
    await log.publishMany([lost], 9);
    await elsewhere.everythingCame('shipping.apart', [closedLater], 2);
    await elsewhere.everythingCame('shipping.apart', [lost], 9);
    await stopOwner();

    await restore(log, { tick, seq });
    const reader = new LogReader(LOG, log.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    await reader.start();
    await log.subscribe('shipping.beside', reader);
    await log.publish(after, 1, 2);
    await log.everythingCame('shipping.beside', [after], 2);
    await log.stopAll();
    await reader.stop();
    await startOwner(log);
    await saysSo(/beyond what the log in this database holds|another message at/);
    await log.publish(after, 3);

    const begun = await begin(log, transport);
    expect(begun.stream).toMatchObject({ lost: { messages: 9 }, republished: 3 });
    await startOwner(log);
    await log.publish(after, 4);
    await elsewhere.everythingCame('shipping.apart', [after], 4);
    await elsewhere.everythingCame('shipping.apart', [closedLater], 2);
    expect(problem).toBeUndefined();
    const beside = new LogReader(LOG, log.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    await beside.start();
    await log.subscribe('shipping.beside', beside);
    await log.subscribe('shipping.beside-anew', beside);
    for (const name of ['shipping.beside', 'shipping.beside-anew']) {
      await log.everythingCame(name, [after], 4);
      await log.everythingCame(name, [closedLater], 2);
      await log.everythingCame(name, [common], 8);
    }
    await eventually(async () => {
      for (const { lag } of await new SubscriptionOperations(log.test.databases).list()) expect(lag).toBe(0);
    });
    await log.stopAll();
    await beside.stop();
  });

  it('is noticed to be another one when it has grown beyond the place where its stream ends', async () => {
    const log = await newDatabase();
    const keys = someKeys(2);
    const transport = await startOwner(log);
    await log.publish(keys[0], 1);
    await relayed(log, transport);
    const head = await headOf(log);
    await log.publish(keys[0], 2);
    await relayed(log, transport);
    await stopOwner();
    await restore(log, head);
    const reader = new LogReader(LOG, log.test.databases.of(LOG), { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    await reader.start();
    for (let number = 1; number <= 10; number += 1) {
      await log.publish(keys[1], number);
      reader.signal();
      await eventually(
        () => expect(reader.end.tick).toBeGreaterThanOrEqual(BigInt(head.tick) + BigInt(number)),
        PATIENCE_MS,
      );
    }
    await reader.stop();
    await startOwner(log);
    await saysSo(/has another message at generation 1/);
  });

  it('has no lag beyond its end: it is unknown', async () => {
    const log = await newDatabase();
    await log.publish(someKeys(1)[0], 1, 2);
    await log.test.databases.of(LOG).query('select take_tick()');
    const database = log.test.databases.of('shipping');
    await database.query(`insert into subscriptions (subscription) values ('shipping.ahead')`);
    const lagAt = async (generation: number, tick: number, seq = 0): Promise<unknown> => {
      await log.test.asAdministrator('shipping', 'delete from shipping.subscription_positions');
      await database.query(
        `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq) values ('shipping.ahead', $1, 0, 0, 255, $2, $3, $4)`,
        [LOG, generation, tick, seq],
      );
      const [{ lag }] = await new SubscriptionOperations(log.test.databases).list();
      return lag;
    };
    expect([
      await lagAt(1, 0),
      await lagAt(1, 1),
      await lagAt(1, 1, 7),
      await lagAt(1, 400),
      await lagAt(2, 0),
    ]).toEqual([2, 0, null, null, null]);
  });

  it('is not read by a subscription that stands beyond its end, and says so until it is reset', async () => {
    const log = await newDatabase();
    let told: string | undefined;
    const reader = new LogReader(
      LOG,
      log.test.databases.of(LOG),
      { pollMs: [5, 50], cacheSize: CACHE_SIZE },
      (what) => (told = what),
    );
    await reader.start();
    await log.publish(someKeys(1)[0], 1);
    for (const position of [startOfWindow(1, 400n), startOfWindow(2, 0n)]) {
      await expect(reader.read(position, 10)).rejects.toThrow('beyond the end of the log');
      expect(told).toContain('npm run ops -- begin-generation orders');
    }
    await reader.stop();
    expect(told).toBeUndefined();
  });
});
