import type { Fault } from '../fault';
import { outage } from './outage';

/** So that what is committed stays in memory for as long as the server lets it. */
const UNFLUSHED = ['synchronous_commit = off', `wal_writer_delay = '10s'`, `wal_writer_flush_after = '1GB'`];

/** Many people set it for speed. What a command was acknowledged for must not depend on it. */
export const commitsUnflushed: Fault = {
  name: 'commits-unflushed',
  sentence:
    'the database server has synchronous_commit=off in its configuration, and is killed with -9 and started again',
  alike: true,
  ownStage: true,
  async prepare({ stage }) {
    for (const setting of UNFLUSHED) await stage.askAsSuperuser(`alter system set ${setting}`);
    await stage.askAsSuperuser('select pg_reload_conf()');
  },
  inject: outage((database) => database.kill()),
};
