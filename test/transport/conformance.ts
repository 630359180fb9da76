import { IsInt, IsUUID } from 'class-validator';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { contractOf, EventContract } from '../../src/platform/messages/contract';
import type { Envelope, LogPosition } from '../../src/platform/messages/envelope';
import { comparePositions } from '../../src/platform/log/log-position';
import type { LogSource } from '../../src/platform/log/log-source';
import { LogSignal } from '../../src/platform/unit-of-work/log-signal';
import { EventMessage } from '../../src/platform/messages/message';
import { subscriptionDefinition } from '../../src/platform/messages/subscription';
import { LeaseKeeper } from '../../src/platform/subscriptions/lease-keeper';
import { spareConnections } from '../../src/platform/subscriptions/spare-connections';
import { SubscriptionWorker } from '../../src/platform/subscriptions/subscription-worker';
import { openTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

@EventContract('orders.carried', { version: 1 })
class Carried extends EventMessage<Carried> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

export const LOG = 'orders';
/** Small, so that a test soon has more messages than a reader keeps. */
export const CACHE_SIZE = 100;
const CONSUMER = 'shipping';
const LEASE_MS = 3_000;
const PATIENCE_MS = 40_000;

/** A reader of the log, as one consuming process has it. */
export interface OpenSource {
  source: LogSource;
  stop(): Promise<void>;
}

/** What carries the log from its owner to its readers. */
export interface Transport {
  openSource(): Promise<OpenSource>;
  /** The owner's side dies in the middle of things and comes back. */
  crashOwner(): Promise<void>;
  close(): Promise<void>;
}

/** A log, a way to publish to it, and subscriptions that write one row for each message. */
export class ConformanceRig {
  private readonly running: { stop(): Promise<void> }[] = [];
  private readonly work: UnitOfWork;

  private constructor(
    readonly test: TestDatabase,
    private readonly admin: Client,
    readonly signal: LogSignal,
  ) {
    this.work = test.unitOfWork(signal);
  }

  static async start(): Promise<ConformanceRig> {
    const test = await openTestDatabase([LOG, CONSUMER]);
    const admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await admin.query(
      `create table shipping.effects (subscription text, key text, number int, place bigint generated always as identity); grant all on shipping.effects to public`,
    );
    return new ConformanceRig(test, admin, new LogSignal());
  }

  async close(): Promise<void> {
    await this.stopAll();
    await this.admin.end();
    await this.test.close();
  }

  async stopAll(): Promise<void> {
    for (const { stop } of this.running.splice(0).reverse()) await stop();
  }

  async asAdministrator(statement: string): Promise<void> {
    await this.admin.query(statement);
  }

  publish(key: string, ...numbers: number[]): Promise<void> {
    return this.work.run(LOG, async () => {
      for (const number of numbers) {
        this.work.append({
          message: new Carried({ key, number }),
          aggregateType: 'test',
          aggregateId: key,
          keyVersion: number,
        });
      }
    });
  }

  /**
   * Publishes 1 to `count` for each key: keys side by side, in transactions of `size`, some of which are
   * rolled back first.
   */
  async publishMany(keys: readonly string[], count: number, size = 1): Promise<void> {
    await Promise.all(
      keys.map(async (key) => {
        for (let number = 1; number <= count; number += size) {
          const numbers = Array.from(
            { length: Math.min(size, count - number + 1) },
            (_, index) => number + index,
          );
          if (number % 5 === 0) await this.rollBack(key, numbers);
          await this.publish(key, ...numbers);
        }
      }),
    );
  }

  /** Opens a source that is stopped at the end of the test. */
  async open(transport: Transport): Promise<OpenSource> {
    const opened = await transport.openSource();
    this.running.push(opened);
    return opened;
  }

  /**
   * Starts a subscription to the whole log. `crash` ends it as a crash would: nothing is stored, no lease
   * given back.
   */
  async subscribe(
    name: string,
    source: LogSource,
    before: (message: Carried) => Promise<void> | void = () => undefined,
  ): Promise<{ crash(): Promise<void> }> {
    const database = this.test.databases.of(CONSUMER);
    const keepers: LeaseKeeper[] = [];
    const worker = new SubscriptionWorker(
      {
        definition: subscriptionDefinition(name, { maxAttempts: 5, timeoutMs: 15_000 }),
        module: CONSUMER,
        handledBy: 'test',
        contracts: new Map([['orders.carried', contractOf(Carried)]]),
        logs: [LOG],
        handle: async (message) => {
          const carried = message as Carried;
          await before(carried);
          await this.work.manager.query(
            'insert into effects (subscription, key, number) values ($1, $2, $3)',
            [name, carried.key, carried.number],
          );
        },
      },
      source,
      this.work,
      LEASE_MS,
      (self) => keepers[0].reload(self),
      () => spareConnections(database),
    );
    const keeper = new LeaseKeeper(CONSUMER, database, [worker], LEASE_MS);
    keepers.push(keeper);
    await keeper.start();
    const entry = { stop: () => keeper.stop() };
    this.running.push(entry);
    return {
      crash: async () => {
        this.running.splice(this.running.indexOf(entry), 1);
        keeper['stopped'] = true;
        clearTimeout(keeper['timer']);
        await keeper['keeping'];
        await worker.stop();
      },
    };
  }

  /** What a subscription did for a key, in the order in which it did it. */
  async effects(name: string, key: string): Promise<number[]> {
    const { rows } = await this.admin.query<{ number: number }>(
      'select number from shipping.effects where subscription = $1 and key = $2 order by place',
      [name, key],
    );
    return rows.map(({ number }) => number);
  }

  async countEffects(name: string, keys: readonly string[]): Promise<number> {
    const { rows } = await this.admin.query<{ count: number }>(
      'select count(*)::int as count from shipping.effects where subscription = $1 and key = any ($2)',
      [name, keys],
    );
    return rows[0].count;
  }

  /** Waits until every key's messages have come, and fails when one was lost, doubled or turned round. */
  async everythingCame(name: string, keys: readonly string[], count: number): Promise<void> {
    await eventually(
      async () => expect(await this.countEffects(name, keys)).toBeGreaterThanOrEqual(keys.length * count),
      PATIENCE_MS,
    );
    const inOrder = Array.from({ length: count }, (_, index) => index + 1);
    for (const key of keys) expect(await this.effects(name, key)).toEqual(inOrder);
  }

  private async rollBack(key: string, numbers: number[]): Promise<void> {
    const failing = this.work.run(LOG, async () => {
      for (const number of numbers) {
        this.work.append({
          message: new Carried({ key, number }),
          aggregateType: 'test',
          aggregateId: key,
          keyVersion: number,
        });
      }
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
  }
}

export const someKeys = (count: number): string[] => Array.from({ length: count }, () => uuidv7());

/** Reads from a position on, in pages of `limit`, until a message is there that `isLast`. */
export async function readUntil(
  source: LogSource,
  from: LogPosition,
  isLast: (message: Envelope) => boolean,
  limit = 7,
): Promise<Envelope[]> {
  const messages: Envelope[] = [];
  let position = from;
  await eventually(async () => {
    for (;;) {
      const page = await source.read(position, limit);
      expect(comparePositions(page.end, position)).toBeGreaterThan(0);
      messages.push(...page.messages);
      position = page.end;
      if (page.messages.some(isLast)) return;
    }
  }, PATIENCE_MS);
  return messages;
}

/** What every transport must hold to. The same cases for each of them. */
export function conformsToTransport(given: () => { rig: ConformanceRig; transport: Transport }): void {
  afterEach(() => given().rig.stopAll());

  it('hands on every message once, and each key in order', async () => {
    const { rig, transport } = given();
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.order', source);
    const keys = someKeys(12);
    await rig.publishMany(keys, 20);
    await rig.everythingCame('shipping.order', keys, 20);
  });

  it('hands a message on again after its handler failed, before later ones of its key', async () => {
    const { rig, transport } = given();
    const { source } = await rig.open(transport);
    const keys = someKeys(4);
    let failures = 2;
    await rig.subscribe('shipping.redelivery', source, ({ key, number }) => {
      if (key === keys[0] && number === 3 && failures-- > 0) throw new Error('not now');
    });
    await rig.publishMany(keys, 10, 2);
    await rig.everythingCame('shipping.redelivery', keys, 10);
    expect(failures).toBeLessThanOrEqual(0);
  });

  it('keeps no more in memory than it may while a handler is slow', async () => {
    const { rig, transport } = given();
    const opened = await rig.open(transport);
    const keys = someKeys(4);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let waiting = 0;
    await rig.subscribe('shipping.backpressure', opened.source, async ({ key }) => {
      if (!keys.includes(key)) return;
      waiting += 1;
      await released;
    });
    const watched = await rig.open(transport);
    await rig.publishMany(keys, 1_000, 100);
    await eventually(() => expect(waiting).toBeGreaterThan(0), PATIENCE_MS);
    // The owner's side is through with them: another reader finds the last one.
    await readUntil(
      watched.source,
      await watched.source.beginning(),
      ({ subject, keyVersion }) => subject === keys[0] && keyVersion === 1_000,
      500,
    );
    const kept = (opened.source as unknown as { recent: unknown[] }).recent.length;
    expect(kept).toBeLessThanOrEqual(2 * CACHE_SIZE);
    release();
    await rig.everythingCame('shipping.backpressure', keys, 1_000);
  });

  it('goes on where the effects stand after the consumer crashed', async () => {
    const { rig, transport } = given();
    const keys = someKeys(6);
    const publishing = rig.publishMany(keys, 40, 2);
    for (let crashes = 1; crashes <= 3; crashes += 1) {
      const { source } = await rig.open(transport);
      const { crash } = await rig.subscribe('shipping.consumer-crash', source);
      await eventually(
        async () =>
          expect(await rig.countEffects('shipping.consumer-crash', keys)).toBeGreaterThanOrEqual(
            crashes * 20,
          ),
        PATIENCE_MS,
      );
      await crash();
    }
    await publishing;
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.consumer-crash', source);
    await rig.everythingCame('shipping.consumer-crash', keys, 40);
  });

  it('goes on where it was after the owner crashed', async () => {
    const { rig, transport } = given();
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.owner-crash', source);
    const keys = someKeys(6);
    const publishing = rig.publishMany(keys, 40, 2);
    for (let crashes = 1; crashes <= 3; crashes += 1) {
      await eventually(
        async () =>
          expect(await rig.countEffects('shipping.owner-crash', keys)).toBeGreaterThanOrEqual(crashes * 20),
        PATIENCE_MS,
      );
      await transport.crashOwner();
    }
    await publishing;
    await rig.everythingCame('shipping.owner-crash', keys, 40);
  });

  it('can be read again from the beginning and from any position, in the same order', async () => {
    const { rig, transport } = given();
    const keys = someKeys(5);
    await rig.publishMany(keys, 30, 3);
    await rig.publish(keys[0], 31);
    const isLast = ({ subject, keyVersion }: Envelope): boolean => subject === keys[0] && keyVersion === 31;
    const { source } = await rig.open(transport);
    const everything = await readUntil(source, await source.beginning(), isLast, 500);
    const mine = everything.filter(({ subject }) => keys.includes(subject));
    expect(mine).toHaveLength(5 * 30 + 1);
    for (const start of [0, 1, 60, mine.length - 2]) {
      const again = (await readUntil(source, mine[start].position, isLast)).filter(({ subject }) =>
        keys.includes(subject),
      );
      expect(again).toEqual(mine.slice(start + 1));
    }
  });
}
