import { replaceCursor, WINDOWS } from './cursors';
import type { PlantedBug } from './planted-bug';

/** Transaction ids and sequence numbers as one number, so that positions compare as (xid, seq) does. */
const XID_AND_SEQ = '((o.xid::text)::bigint * 1048576 + o.seq % 1048576)';

export const transactionCursor: PlantedBug = {
  name: 'transaction-cursor',
  sentence: 'the log is read in the order of (xid, seq), which is not the order of the writers of a key',
  plant: () =>
    replaceCursor(`
      select w.tick, m.* from ${WINDOWS}
      cross join lateral (
        select ${XID_AND_SEQ} as seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload, o.headers, o.lane, o.key_version, o.created_at
        from outbox o
        where o.generation = $1 and pg_visible_in_snapshot(o.xid, w.closes) and not pg_visible_in_snapshot(o.xid, w.opens)
          and (w.tick > $2 + 1 or ${XID_AND_SEQ} > $4)
        order by 1 limit $5) m
      order by w.tick, m.seq limit $5`),
};
