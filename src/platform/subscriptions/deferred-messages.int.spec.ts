import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import type { Envelope } from '../messages/envelope';
import { type DeferredFailure, DeferredMessages } from './deferred-messages';

const MODULE = 'shipping';
/** What this process can read. */
const KNOWN = new Map([['orders.test-happened', { version: 2 }]]);

describe('messages that are held back', () => {
  let test: TestDatabase;
  let work: UnitOfWork;
  let held: DeferredMessages;

  beforeAll(async () => {
    test = await openTestDatabase([MODULE]);
    work = test.unitOfWork();
  });

  beforeEach(async () => {
    const name = `shipping.test-${uuidv7()}`;
    await test.databases.of(MODULE).query('insert into subscriptions (subscription) values ($1)', [name]);
    held = new DeferredMessages(name, 'orders', KNOWN);
  });

  afterAll(() => test.close());

  const message = (subject: string, seq: bigint, tick = 1n, generation = 1): Envelope => ({
    id: uuidv7(),
    type: 'orders.test-happened',
    version: 1,
    source: 'orders',
    kind: 'event',
    subject,
    aggregateType: 'test',
    keyVersion: 1,
    lane: 7,
    time: new Date('2026-01-05T09:00:00.000Z'),
    correlationId: 'c',
    data: { number: Number(seq) },
    position: { generation, tick, seq },
  });

  const inTransaction = <T>(task: (manager: UnitOfWork['manager']) => Promise<T>): Promise<T> =>
    work.run(MODULE, () => task(work.manager));
  const failure = (state: DeferredFailure['state'], retryInMs: number | null = null): DeferredFailure => ({
    state,
    retryInMs,
    attempts: 1,
    transientFailures: 0,
    error: 'why',
  });
  /** Sets a message aside as failed; as one in line without a state. */
  const hold = (
    envelope: Envelope,
    state?: DeferredFailure['state'],
    retryInMs: number | null = null,
  ): Promise<void> =>
    inTransaction((manager) => held.defer(manager, envelope, state && failure(state, retryInMs)));
  const due = async (lanes = [{ firstLane: 0, lastLane: 255 }]): Promise<string[]> =>
    (await inTransaction((manager) => held.dueKeys(manager, lanes))).map(({ key }) => key).sort();
  const first = (key: string) => inTransaction((manager) => held.first(manager, key));

  it('are due when their rest is over, and not before', async () => {
    await hold(message('resting', 1n), 'retrying', 3_600_000);
    await hold(message('rested', 2n), 'retrying', -1);
    expect(await due()).toEqual(['rested']);
    expect([(await first('resting'))?.due, (await first('rested'))?.due]).toEqual([false, true]);
  });

  it('wait for an operator once they are parked, with all that came after them', async () => {
    await hold(message('parked', 1n), 'parked');
    await hold(message('parked', 2n));
    expect(await due()).toEqual([]);
    expect(await first('parked')).toMatchObject({ due: false });
  });

  it('are due where a process that was too old parked them, and this one is not', async () => {
    const parked = async (wantsVersion: number, type = 'orders.test-happened'): Promise<string> => {
      const key = uuidv7();
      const envelope = { ...message(key, 1n), type, version: wantsVersion };
      await inTransaction((manager) => held.defer(manager, envelope, { ...failure('parked'), wantsVersion }));
      return key;
    };
    const [readable, later, unknown] = [
      await parked(2),
      await parked(3),
      await parked(2, 'orders.never-heard-of'),
    ];
    expect(await due()).toEqual([readable]);
    expect([(await first(readable))?.due, (await first(later))?.due, (await first(unknown))?.due]).toEqual([
      true,
      false,
      false,
    ]);
    // What fails again for another reason waits for an operator.
    const { envelope } = (await first(readable))!;
    await inTransaction((manager) => held.failedAgain(manager, envelope, failure('parked')));
    expect(await due()).toEqual([]);
  });

  it('are due for the process that works on their lane', async () => {
    await hold(message('mine', 1n), 'retrying', -1);
    expect(
      await due([
        { firstLane: 0, lastLane: 6 },
        { firstLane: 8, lastLane: 255 },
      ]),
    ).toEqual([]);
    expect(await due([{ firstLane: 7, lastLane: 7 }])).toEqual(['mine']);
  });

  it('are due in line where the one before them is gone', async () => {
    await hold(message('left', 4n));
    expect(await due()).toEqual(['left']);
  });

  it('come in the order of their log: by generation, then tick, then number', async () => {
    const places: [number, bigint, bigint][] = [
      [2, 1n, 1n],
      [1, 3n, 2n],
      [1, 10n, 1n],
      [1, 3n, 9n],
    ];
    for (const [generation, tick, seq] of places) await hold(message('key', seq, tick, generation));
    const order: string[] = [];
    for (let next = await first('key'); next; next = await first('key')) {
      const { generation, tick, seq } = next.envelope.position;
      order.push(`${generation}.${tick}.${seq}`);
      const { envelope } = next;
      expect(await inTransaction((manager) => held.release(manager, envelope))).toBe(true);
    }
    expect(order).toEqual(['1.3.2', '1.3.9', '1.10.1', '2.1.1']);
  });

  it('are released once', async () => {
    const envelope = message('key', 1n);
    await hold(envelope);
    const release = (): Promise<boolean> => inTransaction((manager) => held.release(manager, envelope));
    expect([await release(), await release()]).toEqual([true, false]);
  });

  it('keep what they were, attempts and error beside', async () => {
    const envelope = message('key', 1n);
    await hold(envelope, 'retrying', 0);
    await inTransaction((manager) =>
      held.failedAgain(manager, envelope, { ...failure('retrying', 3_600_000), attempts: 5 }),
    );
    expect(await first('key')).toEqual({
      attempts: 5,
      transientFailures: 0,
      failingForMs: expect.any(Number),
      due: false,
      envelope,
    });
  });
});
