import type { Mutant } from '../mutant.ts';

const READER = 'src/platform/log/log-reader.ts';
const WINDOW = 'migrations/platform/0014-read-windows-by-number.ts';
const LOG_SPECS = ['src/platform/log/read-window.int.spec.ts'];
const HISTORY = 'src/platform/database/server-history.ts';
const RECOVERY_SPECS = ['test/log/recovery.int.spec.ts'];

/** One total order for every reader, with nothing left out. */
export const log: readonly Mutant[] = [
  {
    name: 'ticks-wait-for-the-pool',
    breaks: 'A log is read on while all other connections of its module are in use.',
    file: READER,
    find: 'this.ticking.use((connection) =>',
    put: 'withConnection(this.owner, (connection) =>',
    specs: ['src/platform/log/log-reader.int.spec.ts'],
  },
  {
    name: 'foreign-history-accepted',
    breaks: 'A log that another server or timeline wrote is refused, to those who publish too.',
    file: HISTORY,
    find: 'if (reason !== null) {',
    put: 'if (reason === undefined) {',
    specs: RECOVERY_SPECS,
  },
  {
    name: 'recovery-unnoticed',
    breaks: 'A reader drops what it read before the server recovered.',
    file: READER,
    find: 'if (this.server.since > this.tickedAt) {',
    put: 'if (this.server.since > Number.POSITIVE_INFINITY) {',
    specs: RECOVERY_SPECS,
  },
  {
    name: 'stale-position-stored',
    breaks: 'No position is stored that was read in another life of the server.',
    file: 'src/platform/subscriptions/held-leases.ts',
    find: 'return this.work.serverSince(this.module) <= this.readAsOf;',
    put: 'return this.readAsOf > 0;',
    specs: RECOVERY_SPECS,
  },
  {
    name: 'handed-out-before-the-disk',
    breaks: 'What leaves the cluster of a log is on the disk there.',
    file: READER,
    find: "await connection.query('select flush_log()', []);",
    put: "await connection.query('select 1', []);",
    specs: RECOVERY_SPECS,
  },
  {
    name: 'commits-without-the-disk',
    breaks: 'Commits wait for the disk whatever the configuration says.',
    file: 'src/platform/database/session-settings.ts',
    find: "const NOT_ON_DISK = 'off';",
    put: "const NOT_ON_DISK = 'never';",
    specs: ['src/platform/database/data-sources.int.spec.ts'],
  },
  {
    name: 'position-beyond-end-accepted',
    breaks: 'A position beyond the end of the log is an error.',
    file: READER,
    find: 'if (comparePositions(after, this.end) > 0) return this.readBeyond(after);',
    put: 'if (comparePositions(after, this.end) > 0) return { messages: [], end: after };',
    specs: ['test/transport/replaced-log.int.spec.ts'],
  },
  {
    name: 'window-of-running-transactions-left-out',
    breaks: 'A transaction that was running at a tick is read with a later one.',
    file: WINDOW,
    find: 'from pg_snapshot_xip(w.opens) as running',
    put: 'from (select x as running from pg_snapshot_xip(w.opens) x where false) none',
    specs: LOG_SPECS,
  },
  {
    name: 'running-transactions-left-out-of-a-tick',
    breaks: 'A transaction that was running at a tick is read with the next one, also by who is caught up.',
    file: 'migrations/platform/0036-read-one-window-at-once.ts',
    find: 'and pg_snapshot_xmin(p.snapshot) = pg_snapshot_xmax(p.snapshot)',
    put: '',
    specs: ['src/platform/log/read-window.int.spec.ts'],
  },
  {
    name: 'window-not-closed',
    breaks: 'What a tick does not see is not read with it.',
    file: WINDOW,
    find: 'and not pg_visible_in_snapshot(o.xid, w.opens) and pg_visible_in_snapshot(o.xid, w.closes)',
    put: 'and not pg_visible_in_snapshot(o.xid, w.opens)',
    specs: LOG_SPECS,
  },
  {
    name: 'window-read-twice',
    breaks: 'What the tick before saw is not read again.',
    file: WINDOW,
    find: 'and not pg_visible_in_snapshot(o.xid, w.opens) and',
    put: 'and',
    specs: LOG_SPECS,
  },
  {
    name: 'page-begins-at-window',
    breaks: 'A page goes on where the page before ended.',
    file: WINDOW,
    find: 'case t.tick when $2 + 1 then $4 else 0 end as read',
    put: '0 as read',
    specs: LOG_SPECS,
  },
  {
    name: 'page-beyond-cache-kept',
    breaks: 'What did not fit into the cache is read again from the log.',
    file: READER,
    find: 'this.head.generation || isFull) this.forget(head);',
    put: 'this.head.generation) this.forget(head);',
    specs: ['src/platform/subscriptions/catching-up.int.spec.ts', ...LOG_SPECS],
  },
  {
    name: 'foreign-window-kept',
    breaks: 'A window that another process closed meanwhile is not taken for read.',
    file: READER,
    find: 'messages: messages.filter(({ position }) => position.tick < head.tick)',
    put: 'messages',
    specs: ['src/platform/log/log-reader.int.spec.ts'],
  },
  {
    name: 'bytes-of-a-tick-unlimited',
    breaks: 'What is read with a tick has a limit in bytes.',
    file: 'migrations/platform/0030-read-with-the-tick.ts',
    find: 'exit when bytes_so_far >= most_bytes;',
    put: 'exit when bytes_so_far < 0;',
    specs: LOG_SPECS,
  },
];
