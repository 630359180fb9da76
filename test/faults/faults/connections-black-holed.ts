import type { Fault } from '../fault';
import { blackHole } from './black-hole';
import { GIVEN_UP_AFTER_MS, SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

export const connectionsBlackHoled: Fault = {
  name: 'connections-black-holed',
  sentence:
    'nothing passes between application and database; afterwards old connections go on, or stay silent for ever',
  host: { settings: SHORT_LEASE, throughProxy: true },
  waits: true,
  async inject({ stage: { databaseProxy: proxy }, random }) {
    await someMoment(random);
    return blackHole([proxy], random, GIVEN_UP_AFTER_MS);
  },
};
