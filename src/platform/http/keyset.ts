import { Refusal } from '../domain/refusal';
import { BEFORE_ALL_UUIDS, canonicalUuid } from '../messages/validation/uuid';
import { decodeCursor, requireMark } from './paging';

/** The keys by which a list is sorted, as its cursors hold them. */
export interface Keys {
  /** Below all of them. */
  readonly start: string;
  /** The key in its one spelling; undefined for what cannot be one. */
  read(part: unknown): string | undefined;
}

/** UUIDv7, which sort in the order in which they were made. */
export const UUID_KEYS: Keys = { start: BEFORE_ALL_UUIDS, read: canonicalUuid };

/** Texts of a pattern. */
export const textKeys = (pattern: RegExp): Keys => ({
  start: '',
  read: (part) => (pattern.test(String(part)) ? String(part) : undefined),
});

/** A list that is sorted by one unique column. Its cursors hold the last key shown and, where the list has filters, their mark. */
export class Keyset {
  /** `list` names it in messages, such as "the list of items". */
  constructor(
    private readonly module: string,
    private readonly list: string,
    private readonly keys: Keys,
  ) {}

  /**
   * The key after which the page begins; without a cursor, one below all others. Refuses a cursor without such a key with
   * `<module>.cursor-malformed`, and one with another mark as `requireMark` does.
   */
  after(cursor: string | undefined, mark?: string): string {
    if (cursor === undefined) return this.keys.start;
    const [last, given] = decodeCursor(cursor);
    const key = this.keys.read(last);
    if (key === undefined) throw cursorMalformed(this.module, this.list);
    if (mark !== undefined) requireMark(given, mark);
    return key;
  }
}

/** A cursor that is well formed and of no use to a list. */
export const cursorMalformed = (module: string, list: string): Refusal =>
  new Refusal('invalid', `${module}.cursor-malformed`, `This cursor does not belong to ${list}.`);
