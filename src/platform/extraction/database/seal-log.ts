import { rowsOf, type Session } from '../../placement/database-target';

/** Where a log ends. */
export interface SealedLog {
  generation: number;
  tick: string;
  /** The highest sequence number in the log; 0 when it is empty. */
  seq: string;
}

const END = `
  select h.generation, h.tick, coalesce((select max(seq) from outbox), 0)::text as seq,
         (select count(*) from outbox o where o.generation = h.generation and not pg_visible_in_snapshot(o.xid, t.snapshot))::int as uncovered
  from log_head h join ticks t using (generation, tick)`;

/** Closes the last window of a fenced log: a tick covers everything in it, and positions are final. */
export async function sealLog(session: Session): Promise<SealedLog> {
  await session.client.query('select take_tick()');
  const [{ uncovered, ...end }] = await rowsOf<SealedLog & { uncovered: number }>(session, END);
  if (uncovered > 0) {
    throw new Error(
      `${uncovered} messages of the log of "${session.module}" are not covered by its last tick: something holds the server's snapshot back. ` +
        'Look for old transactions in pg_stat_activity and run the same command again.',
    );
  }
  return end;
}
