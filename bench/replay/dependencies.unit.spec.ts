import { dependenciesOf } from './dependencies';
import type { Transaction } from './recording';

const ORDER = '0199aa00-0000-7000-8000-000000000001';
const OTHER = '0199aa00-0000-7000-8000-000000000002';

interface Given {
  from: number;
  to: number;
  sends?: (string | Buffer)[];
  gets?: string[];
  text?: string;
}

const transaction = ({ from, to, sends = [], gets = [], text = 'select' }: Given): Transaction => ({
  role: 'orders',
  options: undefined,
  connection: 1,
  statements: [
    { text, name: undefined, values: sends, sentAt: from, doneAt: to, written: 0, ids: gets, failed: false },
  ],
});

/** So many transactions around them that no id of theirs is common. */
const crowd = Array.from({ length: 100 }, (_, index) =>
  transaction({ from: 1_000 + index, to: 1_000 + index }),
);
const dependencies = (...given: Given[]): number[][] =>
  dependenciesOf([...given.map(transaction), ...crowd]).slice(0, given.length);

describe('what a transaction of a replay waits for', () => {
  it('is the one before it that sent the same id', () => {
    expect(
      dependencies(
        { from: 0, to: 1, sends: [ORDER] },
        { from: 2, to: 3, sends: [OTHER] },
        { from: 4, to: 5, sends: [ORDER] },
      ),
    ).toEqual([[], [], [0]]);
  });

  it('is the one that wrote what it got', () => {
    expect(
      dependencies({ from: 0, to: 1, sends: [`{"orderId":"${ORDER}"}`] }, { from: 2, to: 3, gets: [ORDER] }),
    ).toEqual([[], [0]]);
  });

  it('is the one that sent the same id in binary form', () => {
    const list = Buffer.from(`\0\0\0\x01a${ORDER}\0\0\0b`);
    expect(dependencies({ from: 0, to: 1, sends: [list] }, { from: 2, to: 3, sends: [ORDER] })).toEqual([
      [],
      [0],
    ]);
  });

  it('is not one that had not ended when it began', () => {
    expect(dependencies({ from: 0, to: 5, sends: [ORDER] }, { from: 2, to: 3, sends: [ORDER] })).toEqual([
      [],
      [],
    ]);
  });

  it('stays the one that has ended while another one runs on', () => {
    const ended = { from: 0, to: 1, sends: [ORDER] };
    const long = { from: 2, to: 9, sends: [ORDER] };
    expect(dependencies(ended, long, { from: 3, to: 4, sends: [ORDER] })).toEqual([[], [0], [0]]);
  });

  it('leaves out what what it waits for has waited for itself', () => {
    const step = (from: number): Given => ({ from, to: from + 1, sends: [ORDER] });
    expect(dependencies(step(0), step(2), step(4))).toEqual([[], [0], [1]]);
  });

  it('is whoever began before it to move the same subscription, even if that had not ended', () => {
    const text = 'update subscription_positions';
    expect(
      dependencies(
        { from: 0, to: 5, sends: ['orders.fulfilment'], text },
        { from: 2, to: 3, sends: ['{"orders.fulfilment"}'], text },
      ),
    ).toEqual([[], [0]]);
  });

  it('is nobody for the sake of an id that everybody sends', () => {
    const everybody = Array.from({ length: 20 }, (_, index) => ({
      from: 2 * index,
      to: 2 * index + 1,
      sends: [ORDER],
    }));
    expect(dependenciesOf(everybody.map(transaction)).flat()).toEqual([]);
  });
});
