import { decodeCursor } from '../../platform/http/paging';
import { Refusal } from '../../platform/domain/refusal';
import { canonicalUuid } from '../../platform/validation/uuid';

/** The id in the cursor of a list that is sorted by a UUIDv7, which is the order in which its rows came to be. */
export function idIn(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = canonicalUuid(decodeCursor(cursor)[0]);
  if (id === undefined) throw cursorMalformed();
  return id;
}

export const cursorMalformed = (): Refusal =>
  new Refusal('invalid', 'orders.cursor-malformed', 'This cursor does not belong to this list.');
