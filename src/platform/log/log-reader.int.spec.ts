import { IsInt } from 'class-validator';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { EventContract } from '../messages/contract';
import type { LogPosition } from '../messages/envelope';
import { EventMessage } from '../messages/message';
import { LogReader } from './log-reader';

@EventContract('orders.numbered', { version: 1 })
class Numbered extends EventMessage<Numbered> {
  @IsInt()
  readonly number!: number;
}

/** More than are read of the table at once, and no more than are kept. */
const MESSAGES = 5_000;
const PER_TRANSACTION = 1_000;
const PAGE = 700;

describe('A reader of a log with a backlog', () => {
  let test: TestDatabase;
  let reader: LogReader;
  let beginning: LogPosition;

  beforeAll(async () => {
    test = await openTestDatabase(['orders']);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 20 });
    await reader.start();
    beginning = reader.end;
    const work = test.unitOfWork();
    for (let first = 0; first < MESSAGES; first += PER_TRANSACTION)
      await work.run('orders', async () => {
        for (let number = first; number < first + PER_TRANSACTION; number += 1)
          work.append({ message: new Numbered({ number }), aggregateType: 'test', aggregateId: `${number}`, keyVersion: 1 });
      });
    reader.signal();
    await eventually(() => expect(reader.end.tick).toBeGreaterThan(beginning.tick));
  });

  afterAll(async () => {
    await reader.stop();
    await test.close();
  });

  /** All pages from the beginning to the end. */
  async function pages(): Promise<unknown[][]> {
    const found: unknown[][] = [];
    for (let from = beginning; ;) {
      const { messages, end } = await reader.read(from, PAGE);
      if (end === from) return found;
      found.push(messages.map(({ data }) => data.number));
      from = end;
    }
  }

  it('hands out each message once, in the order of the log', async () => {
    expect((await pages()).flat()).toEqual(Array.from({ length: MESSAGES }, (_, number) => number));
  });

  it('fills pages up with what was read ahead', async () => {
    await eventually(async () => expect((await pages()).slice(0, -1).filter(({ length }) => length < PAGE)).toEqual([]));
  });
});
