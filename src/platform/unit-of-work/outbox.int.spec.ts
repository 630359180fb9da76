import { Allow } from 'class-validator';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import type { UnitOfWork } from './unit-of-work';
import { EventContract } from '../messages/contract';
import type { Envelope } from '../messages/envelope';
import { readWindows } from '../log/read-window';
import { EventMessage } from '../messages/message';
import { MAX_MESSAGE_BYTES } from '../messages/message-size';
import { withMessageContext } from '../messages/message-context';
import { laneOf } from './outbox';

const MODULE = 'shipping';

@EventContract('shipping.anything-said', { version: 3 })
class AnythingSaid extends EventMessage<AnythingSaid> {
  @Allow()
  readonly value: unknown;
}

const VALUES: [string, unknown][] = [
  ['text', 'a parcel'],
  ['no text', ''],
  ['quotes and backslashes', `"'\`\\ \\" \\\\ \\u0041 {a,"b",NULL} \n\r\t\b\f`],
  ['text of many bytes', 'naïve Ωμέγα 日本語 🚚 \u{10ffff} e\u0301 \u200f\u2028'],
  ['what SQL would take for something', `'; drop table outbox; -- $1 %s \\x00 {}`],
  ['nothing', null],
  ['an empty list', []],
  ['an empty object', {}],
  ['lists in lists', [[], [[]], [null, [1, 'x']], [{ a: [] }]]],
  ['keys of any text', { '': 1, 'a"b': 2, 'ключ 🔑': 3, 'a\\b': 4 }],
  ['truth', [true, false]],
  [
    'numbers',
    [
      0,
      -1,
      0.1,
      1e-300,
      1.7976931348623157e308,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      1e21,
      5e-324,
    ],
  ],
  ['almost as much as a message may have', '🚚"\\'.repeat(124_000)],
];

describe('What is published', () => {
  let test: TestDatabase;
  let work: UnitOfWork;

  beforeAll(async () => {
    test = await openTestDatabase([MODULE]);
    work = test.unitOfWork();
  });

  afterAll(() => test?.close());

  beforeEach(async () => {
    const { generation, tick, seq } = await end();
    from = { generation, tick, seq };
  });

  let from: Envelope['position'];
  const shipping = () => test.databases.of(MODULE);

  async function end(): Promise<Envelope['position']> {
    const [head]: { generation: number; tick: string }[] = await shipping().query(
      'select generation, tick from log_head',
    );
    return { generation: head.generation, tick: BigInt(head.tick), seq: 0n };
  }

  /** What stands in the log since the test began. */
  async function logged(limit = 10_000): Promise<Envelope[]> {
    await shipping().query('select take_tick()');
    return readWindows(shipping(), MODULE, from, null, limit);
  }

  const say = (value: unknown, key = 'k', keyVersion = 1, aggregateType = 'speech'): void =>
    work.append({ message: new AnythingSaid({ value }), aggregateType, aggregateId: key, keyVersion });

  it.each(VALUES)('comes back as it was, alone: %s', async (_, value) => {
    await work.run(MODULE, async () => say(value));
    expect((await logged()).map(({ data }) => data)).toEqual([{ value }]);
  });

  it('comes back as it was, among others', async () => {
    await work.run(MODULE, async () => VALUES.forEach(([, value]) => say(value)));
    expect((await logged()).map(({ data }) => data)).toEqual(VALUES.map(([, value]) => ({ value })));
  });

  it.each([1, 2])(
    'is refused where it is larger than a broker takes, and nothing of its unit of work stays (%i at a time)',
    async (count) => {
      const tooMuch = 'x'.repeat(MAX_MESSAGE_BYTES);
      const publishing = work.run(MODULE, async () => {
        await work.manager.query(`insert into subscriptions (subscription) values ('shipping.half-done')`);
        for (let index = 1; index < count; index += 1) say('small');
        say(tooMuch);
      });
      await expect(publishing).rejects.toMatchObject({
        name: 'Refusal',
        code: 'message.too-large',
        kind: 'invalid',
      });
      await expect(publishing).rejects.toThrow(
        /shipping.anything-said takes 1000\d+ bytes, and no message may take more than 1000000/,
      );
      expect(await logged()).toEqual([]);
      expect(
        await shipping().query(`select from subscriptions where subscription = 'shipping.half-done'`),
      ).toEqual([]);
    },
  );

  it.each([1, 2])('has dates as text and leaves out what is undefined (%i at a time)', async (count) => {
    const at = new Date('2026-02-28T23:59:59.999Z');
    await work.run(MODULE, async () => {
      for (let number = 1; number <= count; number += 1) say({ at, gone: undefined });
    });
    expect((await logged()).map(({ data }) => data)).toEqual(
      Array(count).fill({ value: { at: at.toISOString() } }),
    );
  });

  it.each([1, 2])('has its place, its key and its origin beside it (%i at a time)', async (count) => {
    const [key, type] = [`key "\\ {,} 日本 🔑'`, `type "\\'`];
    const origin = { correlationId: 'c "1"', causationId: 'c\\2', traceparent: '00-{}' };
    const versions = Array.from({ length: count }, (_, index) => Number.MAX_SAFE_INTEGER - index);
    await withMessageContext(origin, () =>
      work.run(MODULE, async () => versions.forEach((version) => say(version, key, version, type))),
    );
    const found = await logged();
    expect(found).toMatchObject(
      versions.map((keyVersion) => ({
        kind: 'event',
        type: 'shipping.anything-said',
        version: 3,
        aggregateType: type,
        subject: key,
        lane: laneOf(key),
        keyVersion,
        ...origin,
      })),
    );
    expect(new Set(found.map(({ id }) => id)).size).toBe(count);
    for (const { id, rules } of found) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(rules).toMatch(/^[0-9a-f]{12}$/);
    }
  });

  it('keeps its order, however much it is', async () => {
    const numbers = Array.from({ length: 3_000 }, (_, index) => index + 1);
    await work.run(MODULE, async () => numbers.forEach((number) => say(number, `k${number % 7}`, number)));
    const found = await logged();
    expect(found.map(({ data }) => data.value)).toEqual(numbers);
    expect(new Set(found.map(({ id }) => id)).size).toBe(numbers.length);
  });

  it('has one correlation id for a unit of work that nobody gave one', async () => {
    await work.run(MODULE, async () => {
      say(1);
      await Promise.resolve();
      say(2);
    });
    await work.run(MODULE, async () => say(3));
    const [one, two, three] = (await logged()).map(({ correlationId }) => correlationId);
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  describe.each([1, 3])('is refused, %i at a time, and nothing of it is kept', (count) => {
    const refused = async (publish: () => void): Promise<unknown> => {
      const failure: unknown = await work
        .run(MODULE, async () => {
          for (let number = 1; number < count; number += 1) say(number);
          publish();
        })
        .catch((error: unknown) => error);
      expect(await logged()).toEqual([]);
      return failure;
    };

    it.each<[string, () => void, object]>([
      ['a NUL in its data', () => say('no jsonb takes \u0000'), { code: '22P05' }],
      ['half a character in its data', () => say('\ud83d'), { code: '22P02' }],
      ['a NUL in its key', () => say(1, 'no text takes \u0000'), { code: '22021' }],
      ['a key version that is no whole number', () => say(1, 'k', 1.5), { code: '22P02' }],
      ['a key version that is no number', () => say(1, 'k', Number.NaN), { code: '22P02' }],
    ])('for %s', async (_, publish, failure) => {
      expect(await refused(publish)).toMatchObject(failure);
    });
  });
});
