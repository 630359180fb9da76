import * as readWindow from '../../../src/platform/log/read-window';
import { replaceExport } from './planting';

/**
 * Replaces the statement that reads the messages between two ticks by one with other rows or another order.
 * It gets the generation, the tick read last, the tick to read to or null for the last, the `seq` of the last
 * message and the limit as $1 to $5.
 */
export function replaceCursor(sql: string): void {
  replaceExport(readWindow, 'readWindowsWithin', (original) => (owner, source, after, throughTick, limit) => {
    const parameters = [
      after.generation,
      after.tick.toString(),
      throughTick?.toString() ?? null,
      after.seq.toString(),
      limit.messages,
    ];
    const other: readWindow.Queryable = {
      query: async () => {
        const rows = (await owner.query(sql, parameters)) as { payload: object }[];
        return rows.map((row) => ({ ...row, payload: JSON.stringify(row.payload), bytes_so_far: '0' }));
      },
    };
    return original(other, source, after, throughTick, limit);
  });
  // What is read with a tick is read by that statement, too.
  replaceExport(
    readWindow,
    'tickAndRead',
    (original) =>
      async (owner, source, { generation, tick }, limit) => {
        const taken = await original(owner, source, { generation, tick }, { messages: 1, bytes: 1 });
        return {
          tick: taken.tick,
          ...(await readWindow.readWindowsWithin(owner, source, { generation, tick, seq: 0n }, null, limit)),
        };
      },
  );
}

/** Each window of the log with the snapshots at its two ends. */
export const WINDOWS = `
  (select t.tick, t.snapshot as closes, p.snapshot as opens
   from ticks t join ticks p on p.generation = t.generation and p.tick = t.tick - 1
   where t.generation = $1 and t.tick > $2 and t.tick <= coalesce($3, (select h.tick from log_head h))) w`;
