import { IsInt } from 'class-validator';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { ForeignHistory } from '../../src/platform/database/server-history';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { withClient } from '../../src/platform/database/admin-client';
import { contractOf, EventContract } from '../../src/platform/messages/contract';
import type { LogPosition } from '../../src/platform/messages/envelope';
import { DurableLog } from '../../src/platform/log/durable-log';
import type { LogPage } from '../../src/platform/log/log-page';
import { comparePositions } from '../../src/platform/log/log-position';
import { LogReader } from '../../src/platform/log/log-reader';
import { type LogSource, LogUnavailable } from '../../src/platform/log/log-source';
import { LogSignal } from '../../src/platform/unit-of-work/log-signal';
import { EventMessage } from '../../src/platform/messages/message';
import { Outbox } from '../../src/platform/unit-of-work/outbox';
import { subscriptionDefinition } from '../../src/platform/messages/subscription';
import { isTransient } from '../../src/platform/subscriptions/failure';
import { LeaseKeeper } from '../../src/platform/subscriptions/lease-keeper';
import { SubscriptionWorker } from '../../src/platform/subscriptions/subscription-worker';
import { beginGenerationOn } from '../../src/platform/cli/begin-generation/begin-generation';
import { eventually } from '../support/eventually';
import { OwnServer } from '../support/own-server';

const LOG = 'orders';
const READER = 'shipping';

@EventContract('orders.test-counted')
class Counted extends EventMessage<Counted> {
  @IsInt()
  readonly number!: number;
}

describe('A log whose server loses what is not on its disk', () => {
  let server: OwnServer;
  let databases: ModuleDatabases;
  let work: UnitOfWork;
  let closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    server = await OwnServer.start([LOG, READER]);
    await withClient(server.adminUrl, 'test', (client) =>
      client.query(
        `create table ${READER}.effects (place bigint generated always as identity, number int); grant all on ${READER}.effects to public`,
      ),
    );
    databases = await server.open();
    work = new UnitOfWork(databases, new Outbox(), new LogSignal());
  });

  afterEach(async () => {
    for (const close of closing.reverse()) await close();
    closing = [];
  });

  afterAll(async () => {
    await databases.close();
    await server.stop();
  });

  const publish = (...numbers: number[]): Promise<void> =>
    work.run(LOG, async () => {
      for (const number of numbers)
        work.append({
          message: new Counted({ number }),
          aggregateType: 'counter',
          aggregateId: 'a',
          keyVersion: number,
        });
    });
  /** Dead connections are found out by their next users. */
  const publishOnceItAnswers = (...numbers: number[]): Promise<void> => eventually(() => publish(...numbers));
  const numbersIn = (page: LogPage): unknown[] => page.messages.map(({ data }) => data.number);

  /** What a subscription sees that goes on from there. */
  async function readOn(
    reader: LogReader,
    from: LogPosition,
  ): Promise<{ numbers: unknown[]; end: LogPosition }> {
    const numbers: unknown[] = [];
    for (let after = from; ;) {
      const page = await reader.read(after, 10);
      numbers.push(...numbersIn(page));
      if (comparePositions(page.end, after) <= 0) return { numbers, end: after };
      after = page.end;
    }
  }

  async function startedReader(): Promise<LogReader> {
    const reader = new LogReader(LOG, databases.of(LOG), { pollMs: [5, 20], cacheSize: 100 });
    await eventually(() => reader.start());
    closing.push(() => reader.stop());
    return reader;
  }

  it('keeps every commit that was answered, although the configuration lets none wait, and loses the ticks that none waited for', async () => {
    const reader = await startedReader();
    const begin = reader.end;
    await publish(1);
    await server.holdTheDiskBack();
    await publish(2);
    await eventually(() => expect(reader.end.tick).toBeGreaterThan(begin.tick));
    const before = await eventually(async () => {
      const page = await reader.read(begin, 10);
      expect(numbersIn(page)).toEqual([1, 2]);
      return page;
    });
    // It would take the tick again.
    await reader.stop();
    await server.crash();
    const [head] = await eventually(() =>
      databases.of(LOG).query<{ tick: string }[]>('select tick from log_head'),
    );
    expect(BigInt(head.tick)).toBeLessThan(before.end.tick);
    const { rows } = await withClient(server.adminUrl, 'test', (client) =>
      client.query(`select payload ->> 'number' as number from ${LOG}.outbox`),
    );
    expect(rows.map((row: { number: string }) => row.number)).toEqual(['1', '2']);
  });

  it.each([
    ['crash', 10],
    ['killAndStart', 15],
  ] as const)(
    'is read from the stored positions after a recovery, with the number of a lost tick on another window: %s',
    async (loss, first) => {
      const reader = await startedReader();
      await publish(first);
      const begin = await eventually(async () => {
        const { numbers, end } = await readOn(reader, {
          generation: reader.end.generation,
          tick: 0n,
          seq: 0n,
        });
        expect(numbers).toContain(first);
        return end;
      });
      await databases.of(LOG).query('select flush_log()');
      await server.holdTheDiskBack();
      await publish(first + 1);
      const lost = await eventually(() => {
        expect(reader.end.tick).toBeGreaterThan(begin.tick);
        return reader.end;
      });
      await server[loss]();
      await publishOnceItAnswers(first + 2);
      await eventually(async () => {
        const { numbers, end } = await readOn(reader, begin);
        expect(numbers).toEqual([first + 1, first + 2]);
        expect(end.tick).toBeGreaterThanOrEqual(lost.tick);
      });
    },
  );

  it('has no position stored beyond a tick that was lost between the read and the commit', async () => {
    const reader = await startedReader();
    const gate: { hold?: Promise<unknown> } = {};
    const handedOut: unknown[][] = [];
    const read: LogSource['read'] = async (after, limit) => {
      const page = await reader.read(after, limit);
      if (page.messages.length > 0) {
        handedOut.push(numbersIn(page));
        await gate.hold;
      }
      return page;
    };
    const source: LogSource = {
      log: LOG,
      get end() {
        return reader.end;
      },
      get asOf() {
        return reader.asOf;
      },
      read,
      onGrowth: (listener) => reader.onGrowth(listener),
      beginning: () => reader.beginning(),
    };
    const keepers: LeaseKeeper[] = [];
    const worker = new SubscriptionWorker(
      {
        definition: subscriptionDefinition('shipping.watch-crashes', { startAt: 'now', laneGroups: 1 }),
        module: READER,
        handledBy: 'test',
        contracts: new Map([['orders.test-counted', contractOf(Counted)]]),
        logs: [LOG],
        handle: async (message) => {
          await work.manager.query('insert into effects (number) values ($1)', [(message as Counted).number]);
        },
      },
      source,
      work,
      30_000,
      (self) => keepers[0].reload(self),
      () => 2,
    );
    keepers.push(new LeaseKeeper(READER, databases.of(READER), [worker], 30_000));
    const effects = async (): Promise<number[]> => {
      const rows = await databases
        .of(READER)
        .query<{ number: number }[]>('select number from effects order by place');
      return rows.map(({ number }) => number);
    };
    await keepers[0].start();
    closing.push(() => keepers[0].stop());

    await publish(20);
    await eventually(async () => expect(await effects()).toEqual([20]));
    let release: (value?: unknown) => void = () => undefined;
    gate.hold = new Promise((resolve) => (release = resolve));
    await server.holdTheDiskBack();
    await publish(21);
    await eventually(() => expect(handedOut.at(-1)).toEqual([21]));
    await server.crash();
    await publishOnceItAnswers(22);
    await eventually(() => expect(reader.isOfThisLife(performance.now())).toBe(true));
    release();
    await eventually(async () => expect(await effects()).toEqual([20, 21, 22]));
    await publish(23);
    await eventually(async () => expect(await effects()).toEqual([20, 21, 22, 23]));
  });

  it('is handed to what remembers it elsewhere once it is on the disk, and never when that was lost', async () => {
    const reader = await startedReader();
    const durable = new DurableLog(reader);
    await durable.start();
    await server.holdTheDiskBack();
    const begin = reader.end;
    await publish(30);
    await eventually(async () => expect(numbersIn(await durable.read(begin, 10))).toEqual([30]));
    const kept = durable.end;
    const takenAt = (): Promise<unknown[]> =>
      databases
        .of(LOG)
        .query('select at::text from ticks where generation = $1 and tick = $2', [
          kept.generation,
          kept.tick.toString(),
        ]);
    const before = await takenAt();
    expect(before).toHaveLength(1);
    await server.crash();
    expect(await eventually(takenAt)).toEqual(before);

    await server.holdTheDiskBack();
    await publishOnceItAnswers(31);
    const page = await eventually(async () => {
      const found = await reader.read(kept, 10);
      expect(numbersIn(found)).toEqual([31]);
      return found;
    });
    await server.crash();
    const flushing = (): Promise<unknown> =>
      reader.flush(page).then(
        () => 'flushed',
        (error: Error) => error,
      );
    await eventually(async () => expect(await flushing()).toBeInstanceOf(LogUnavailable));
    await eventually(async () => expect(numbersIn(await durable.read(kept, 10))).toEqual([31]));
  });

  it('is left alone on a server that was restored to an earlier state, until an operator has begun a generation', async () => {
    const reader = await startedReader();
    await publish(40);
    const backup = await server.backUp();
    for (const number of [41, 42, 43]) {
      const before = reader.end;
      await publish(number);
      await eventually(() => expect(reader.end.tick).toBeGreaterThan(before.tick));
      // A tick may have looked at the disk before its message got there. One that begins later knows that
      // what the tick before it has seen written is on it; what comes after that has another message behind
      // it only with the next number.
      const published = performance.now();
      await eventually(() => expect(reader.asOf).toBeGreaterThan(published));
    }
    await server.restore(backup);
    await refusesToPublish('restored to an earlier state while this process ran');
    await beginGeneration();
    await goesOn(reader);
  });

  it('is left alone on a standby that was promoted, until an operator has begun a generation', async () => {
    const reader = await startedReader();
    await publish(50);
    const backup = await server.backUp();
    await publish(51);
    await server.promote(backup);
    await refusesToPublish('on another timeline');
    await beginGeneration();
    await goesOn(reader);
  });

  async function refusesToPublish(reason: string): Promise<void> {
    const refusal = await eventually(async () => {
      const error: unknown = await publish(99).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error).toBeInstanceOf(ForeignHistory);
      return error as ForeignHistory;
    });
    expect(refusal.message).toContain(reason);
    expect(refusal.message).toContain(`npm run ops -- begin-generation ${LOG}`);
    expect(isTransient(refusal)).toBe(true);
  }

  const beginGeneration = (): Promise<unknown> =>
    withClient(server.adminUrl, 'test', (client) => beginGenerationOn(client, server.roles, LOG));

  async function goesOn(reader: LogReader): Promise<void> {
    await publishOnceItAnswers(100);
    await eventually(async () => {
      const { generation } = reader.end;
      expect(numbersIn(await reader.read({ generation, tick: 0n, seq: 0n }, 100))).toContain(100);
    });
  }
});
