import { replaceCursor, WINDOWS } from './cursors';
import type { PlantedBug } from './planted-bug';

export const positionOnlyCursor: PlantedBug = {
  name: 'position-only-cursor',
  sentence: 'the log is read beyond the highest sequence number seen, so what commits late is skipped',
  plant: () =>
    replaceCursor(`
      select w.tick, m.* from ${WINDOWS}
      cross join lateral (
        select o.* from outbox o
        where o.generation = $1 and pg_visible_in_snapshot(o.xid, w.closes)
          and o.seq > (select coalesce(max(seen.seq), 0) from outbox seen where seen.generation = $1 and pg_visible_in_snapshot(seen.xid, w.opens))
          and (w.tick > $2 + 1 or o.seq > $4)
        order by o.seq limit $5) m
      order by w.tick, m.seq limit $5`),
};
