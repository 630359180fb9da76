import type { Fault } from '../fault';
import { bitten } from './bitten';
import { someMoment } from './some-moment';

const MOST_BURSTS = 4;

export const connectionsReset: Fault = {
  name: 'connections-reset',
  sentence: 'every connection between application and database is reset at both ends, several times',
  host: { throughProxy: true },
  async inject({ stage: { databaseProxy: proxy }, random }) {
    let hit = 0;
    for (let bursts = 1 + Math.floor(random() * MOST_BURSTS); bursts > 0; bursts -= 1) {
      await someMoment(random, 600);
      hit += proxy.reset();
    }
    bitten(hit, 'there was no connection to reset');
    return performance.now();
  },
};
