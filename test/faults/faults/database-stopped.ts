import type { Fault } from '../fault';
import { outage } from './outage';

export const databaseStopped: Fault = {
  name: 'database-stopped',
  sentence: 'the database server is stopped with -m immediate and started again',
  inject: outage((database) => database.stopImmediately()),
};
