import { Keyset, textKeys, UUID_KEYS } from './keyset';
import { encodeCursor } from './paging';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('a list that is sorted by one key', () => {
  const things = new Keyset('shop', 'the list of things', UUID_KEYS);

  it('begins below all keys and goes on after the last one shown, in its one spelling', () => {
    expect(things.after(undefined)).toBe('00000000-0000-0000-0000-000000000000');
    expect(things.after(encodeCursor([ID.toUpperCase()]))).toBe(ID);
    expect(new Keyset('shop', 'the list of codes', textKeys(/^[A-Z]+$/)).after(encodeCursor(['ABC']))).toBe('ABC');
  });

  it.each([[['no id']], [[5]], [[]]])('refuses a cursor that holds %j instead of a key', (parts) => {
    expect(() => things.after(encodeCursor(parts))).toThrow(
      expect.objectContaining({
        code: 'shop.cursor-malformed',
        message: 'This cursor does not belong to the list of things.',
      }),
    );
  });

  it('goes on with its own filters only', () => {
    expect(things.after(encodeCursor([ID, 'mark']), 'mark')).toBe(ID);
    for (const parts of [[ID, 'another'], [ID]])
      expect(() => things.after(encodeCursor(parts), 'mark')).toThrow(expect.objectContaining({ code: 'request.cursor-of-another-list' }));
  });
});
