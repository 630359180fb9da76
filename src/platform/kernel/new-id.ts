import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const ID_BYTES = 16;
const IDS_AT_ONCE = 256;

const pool = Buffer.alloc(IDS_AT_ONCE * ID_BYTES);
let used = pool.length;

/** A new UUIDv7. Random bytes are drawn for many of them at once: that is most of what an id costs. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return uuidv7({ random: pool.subarray(used, (used += ID_BYTES)) });
}
