import { Keyset } from './keyset';
import { cursorMark, encodeCursor } from './paging';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('a list that is sorted by one key', () => {
  const things = Keyset.ofUuids('shop', 'the list of things');

  it('begins below all keys and goes on after the last one shown, in its one spelling', () => {
    expect(things.after(undefined)).toBe('00000000-0000-0000-0000-000000000000');
    expect(things.after(encodeCursor([ID.toUpperCase()]))).toBe(ID);
    expect(Keyset.ofTexts('shop', 'the list of codes', /^[A-Z]+$/).after(encodeCursor(['ABC']))).toBe('ABC');
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
    const blue = things.filteredBy({ colour: 'blue' });
    expect(blue.after(encodeCursor([ID, cursorMark({ colour: 'blue' })]))).toBe(ID);
    for (const parts of [[ID, cursorMark({ colour: 'red' })], [ID]])
      expect(() => blue.after(encodeCursor(parts))).toThrow(
        expect.objectContaining({ code: 'request.cursor-of-another-list' }),
      );
  });

  it('reads on after its own pages', () => {
    const rows = ['A', 'B', 'C'].map((code) => ({ code, size: `${code}${code}` }));
    const codes = Keyset.ofTexts('shop', 'the list of codes', /^[A-Z]+$/);
    for (const list of [codes, codes.filteredBy({ size: 'XL' })]) {
      const { items, nextCursor } = list.page(rows, 2, ({ code }) => code);
      expect({ items, after: list.after(nextCursor) }).toEqual({ items: rows.slice(0, 2), after: 'B' });
      expect(list.page(rows, 3, ({ code }) => code)).toEqual({ items: rows });
    }
    const read = ([code, size]: readonly unknown[]) => ({ code, size });
    const pairs = new Keyset('shop', 'the list of pairs', { start: undefined, columns: 2, read }).filteredBy({
      size: 'XL',
    });
    expect(pairs.after(undefined)).toBeUndefined();
    expect(pairs.after(pairs.page(rows, 1, ({ code, size }) => [code, size]).nextCursor)).toEqual(rows[0]);
  });
});
