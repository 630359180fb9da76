import type { Fault } from '../fault';
import { bitten } from './bitten';
import { SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/**
 * The server is gone and the application is not told, or the application is gone and the server is not told:
 * it keeps the row locks.
 */
export const connectionsHalfOpen: Fault = {
  name: 'connections-half-open',
  sentence:
    'every connection loses the end at the application or at the database, and the other end is not told',
  host: { settings: SHORT_LEASE, throughProxy: true },
  waits: true,
  async inject({ stage: { databaseProxy: proxy }, random }) {
    await someMoment(random);
    bitten(proxy.halve(random() < 0.5 ? 'client' : 'server'), 'there was no connection to halve');
    return performance.now();
  },
};
