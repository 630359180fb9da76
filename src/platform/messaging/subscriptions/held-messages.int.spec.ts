import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import type { UnitOfWork } from '../../database/unit-of-work';
import type { Envelope } from '../envelope';
import { HeldMessages, type HeldState } from './held-messages';

const MODULE = 'shipping';

describe('messages that are held back', () => {
  let test: TestDatabase;
  let work: UnitOfWork;
  let held: HeldMessages;

  beforeAll(async () => {
    test = await openTestDatabase([MODULE]);
    work = test.unitOfWork();
  });

  beforeEach(async () => {
    const name = `shipping.test-${uuidv7()}`;
    await test.databases.of(MODULE).query('insert into subscriptions (subscription) values ($1)', [name]);
    held = new HeldMessages(name, 'orders');
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

  const inTransaction = <T>(task: (manager: UnitOfWork['manager']) => Promise<T>): Promise<T> => work.run(MODULE, () => task(work.manager));
  const hold = (envelope: Envelope, state: HeldState, retryInMs: number | null = null): Promise<void> =>
    inTransaction((manager) => held.hold(manager, envelope, state, 1, retryInMs, 'why'));
  const due = async (): Promise<string[]> =>
    (await inTransaction((manager) => held.dueSubjects(manager))).map(({ subject }) => subject).sort();
  const first = (subject: string) => inTransaction((manager) => held.first(manager, subject));

  it('are due when their rest is over, and not before', async () => {
    await hold(message('resting', 1n), 'retrying', 3_600_000);
    await hold(message('rested', 2n), 'retrying', -1);
    expect(await due()).toEqual(['rested']);
    expect([(await first('resting'))?.due, (await first('rested'))?.due]).toEqual([false, true]);
  });

  it('wait for an operator once they are parked, with all that came after them', async () => {
    await hold(message('parked', 1n), 'parked');
    await hold(message('parked', 2n), 'queued');
    expect(await due()).toEqual([]);
    expect(await first('parked')).toMatchObject({ state: 'parked', due: false });
  });

  it('are due in line where the one before them is gone', async () => {
    await hold(message('left', 4n), 'queued');
    expect(await due()).toEqual(['left']);
  });

  it('come in the order of their log: by generation, then tick, then number', async () => {
    const places: [number, bigint, bigint][] = [
      [2, 1n, 1n],
      [1, 3n, 2n],
      [1, 10n, 1n],
      [1, 3n, 9n],
    ];
    for (const [generation, tick, seq] of places) await hold(message('key', seq, tick, generation), 'queued');
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
    await hold(envelope, 'queued');
    const release = (): Promise<boolean> => inTransaction((manager) => held.release(manager, envelope));
    expect([await release(), await release()]).toEqual([true, false]);
  });

  it('keep what they were, attempts and error beside', async () => {
    const envelope = message('key', 1n);
    await hold(envelope, 'retrying', 0);
    await inTransaction((manager) => held.failedAgain(manager, envelope, 'retrying', 5, 3_600_000, 'again'));
    expect(await first('key')).toEqual({ state: 'retrying', attempts: 5, due: false, envelope });
  });
});
