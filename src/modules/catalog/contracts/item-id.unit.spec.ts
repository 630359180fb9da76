import { ITEM_ID } from './item-id';

describe('an item id', () => {
  it.each(['85123A', 'POST', 'BANK CHARGES', 'DCGS0003', 'A&B/C+D_E.F-G', 'X'.repeat(40)])(
    'can be "%s"',
    (id) => expect(id).toMatch(ITEM_ID),
  );

  it.each(['', ' 85123A', '85123a', '-1', 'X'.repeat(41), 'A\nB', 'A\0', 'Ä1', 'A\n'])('cannot be %j', (id) =>
    expect(id).not.toMatch(ITEM_ID),
  );
});
