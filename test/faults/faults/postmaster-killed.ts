import type { Fault } from '../fault';
import { outage } from './outage';

export const postmasterKilled: Fault = {
  name: 'postmaster-killed',
  sentence: "the database server's main process is killed with -9 and started again",
  inject: outage((database) => database.kill()),
};
