import { ItemAdded } from '../contracts/item-added.event';
import { ItemChanged } from '../contracts/item-changed.event';
import { ItemWithdrawn } from '../contracts/item-withdrawn.event';
import { Item } from './item';

const mug = { itemId: '85123A', name: 'A mug', stockTracked: true };

/** An item whose history is in the log already. */
const given = (...changes: ((item: Item) => void)[]): Item => {
  const item = Item.add(mug);
  for (const change of changes) change(item);
  item.takeRecorded();
  return item;
};
const messagesOf = (item: Item): object[] => item.takeRecorded().map((recorded) => recorded.message);
const renamed = (item: Item): void => item.rename('Another mug');
const withdrawn = (item: Item): void => item.withdraw();

describe('an item', () => {
  it('is added at version 1 and is on sale', () => {
    const item = Item.add(mug);
    expect(item).toMatchObject({ ...mug, withdrawn: false, version: 1 });
    expect(item.takeRecorded()).toEqual([
      { message: new ItemAdded(mug), aggregateType: 'item', aggregateId: '85123A', keyVersion: 1 },
    ]);
  });

  it('is renamed, and the message carries the whole item', () => {
    const item = given();
    item.rename('Another mug', 1);
    expect(item.version).toBe(2);
    expect(messagesOf(item)).toEqual([new ItemChanged({ ...mug, name: 'Another mug' })]);
  });

  it('says nothing when the name stays the same', () => {
    const item = given();
    item.rename('A mug');
    expect(item.version).toBe(1);
    expect(messagesOf(item)).toEqual([]);
  });

  it('is withdrawn', () => {
    const item = given(renamed);
    item.withdraw(2);
    expect(item).toMatchObject({ withdrawn: true, version: 3 });
    expect(messagesOf(item)).toEqual([new ItemWithdrawn({ itemId: '85123A' })]);
  });

  it('is withdrawn only once', () => {
    const item = given(withdrawn);
    item.withdraw();
    expect(item.version).toBe(2);
    expect(messagesOf(item)).toEqual([]);
  });

  it('cannot be renamed after it was withdrawn', () => {
    const item = given(withdrawn);
    expect(() => item.rename('Another mug')).toThrow(
      expect.objectContaining({ kind: 'conflict', code: 'catalog.item-withdrawn' }),
    );
    expect(messagesOf(item)).toEqual([]);
  });

  it.each([
    ['renamed', (item: Item) => item.rename('Third mug', 1)],
    ['withdrawn', (item: Item) => item.withdraw(1)],
  ])('is not %s if it has changed meanwhile', (_, change) => {
    const item = given(renamed);
    expect(() => change(item)).toThrow(
      expect.objectContaining({ kind: 'precondition-failed', code: 'catalog.version-mismatch' }),
    );
    expect(messagesOf(item)).toEqual([]);
  });
});
