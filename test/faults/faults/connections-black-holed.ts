import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import { bitten } from './bitten';
import { GIVEN_UP_AFTER_MS, SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/** Nothing passes for a while and nobody is told. Then everything goes on, or only new connections do. */
export const connectionsBlackHoled: Fault = {
  name: 'connections-black-holed',
  sentence: 'nothing passes between application and database; afterwards old connections go on, or stay silent for ever',
  setUps: ['one-process', 'two-processes'],
  host: { settings: SHORT_LEASE, throughProxy: true },
  async inject({ stage: { databaseProxy: proxy }, random }) {
    await someMoment(random);
    bitten(proxy.blackHole(), 'there was no connection to black-hole');
    // Every third hole outlasts the patience of the application and of the server.
    await sleep(random() < 1 / 3 ? GIVEN_UP_AFTER_MS + random() * 1_000 : 100 + random() * 900);
    proxy.heal(random() < 0.5 ? 'go-on' : 'stay-silent');
    return performance.now();
  },
};
