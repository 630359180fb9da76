import { NIL } from 'uuid';
import { Refusal } from '../domain/refusal';
import { canonicalUuid } from '../messages/validation/uuid';
import { cursorMark, decodeCursor, type Page, pageOf, requireMark } from './paging';

/** The keys by which a list is sorted, as its cursors hold them. */
export interface Keys<Key, Start = Key> {
  /** Where the first page begins: as a rule, below all keys. */
  readonly start: Start;
  /** How many columns a key has. */
  readonly columns: number;
  /** The key of these columns in its one spelling; undefined for what cannot be one. */
  read(columns: readonly unknown[]): Key | undefined;
}

/**
 * A list that is sorted by a unique key. Its cursors hold the last key shown and, where the list has filters,
 * their mark.
 */
export class Keyset<Key = string, Start = Key> {
  /** `list` names it in messages, such as "the list of items". */
  constructor(
    private readonly module: string,
    private readonly list: string,
    private readonly keys: Keys<Key, Start>,
    private readonly mark?: string,
  ) {}

  /** A list by one column of UUIDv7, which sort in the order in which they were made. */
  static ofUuids(module: string, list: string): Keyset {
    return new Keyset(module, list, { start: NIL, columns: 1, read: ([id]) => canonicalUuid(id) });
  }

  /** A list by one column of texts of a pattern. */
  static ofTexts(module: string, list: string, pattern: RegExp): Keyset {
    return new Keyset(module, list, {
      start: '',
      columns: 1,
      read: ([text]) => (pattern.test(String(text)) ? String(text) : undefined),
    });
  }

  /**
   * The same list as these filters show it, and in this order where it has several. Plain JSON; what is
   * undefined does not count.
   */
  filteredBy(asked: object): Keyset<Key, Start> {
    return new Keyset(this.module, this.list, this.keys, cursorMark(asked));
  }

  /**
   * The key after which the page begins; without a cursor, where the list does. Refuses a cursor without such
   * a key with
   * `<module>.cursor-malformed`, and one that was made under other filters with
   * `request.cursor-of-another-list`.
   */
  after(cursor: string | undefined): Key | Start {
    if (cursor === undefined) return this.keys.start;
    const parts = decodeCursor(cursor);
    const key = this.keys.read(parts.slice(0, this.keys.columns));
    if (key === undefined) throw this.malformed();
    if (this.mark !== undefined) requireMark(parts[this.keys.columns], this.mark);
    return key;
  }

  /**
   * Makes a page of rows read with `limit + 1`: the row too many proves that there is a next page. `keyOf`
   * tells the columns of a row's key.
   */
  page<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string | readonly string[]): Page<T> {
    const mark = this.mark === undefined ? [] : [this.mark];
    return pageOf(rows, limit, (row) => [keyOf(row), mark].flat());
  }

  private malformed(): Refusal {
    return new Refusal(
      'invalid',
      `${this.module}.cursor-malformed`,
      `This cursor does not belong to ${this.list}.`,
    );
  }
}
