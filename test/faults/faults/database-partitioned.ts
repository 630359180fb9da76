import type { Fault } from '../fault';
import { blackHole } from './black-hole';
import { GIVEN_UP_AFTER_MS, SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/** The process is alive, is asked and called by others, and cannot do anything. */
export const databasePartitioned: Fault = {
  name: 'database-partitioned',
  sentence:
    'nothing passes between one process, each in turn, and the database of its modules; the broker and the others it reaches as ever',
  host: { settings: SHORT_LEASE, throughProxy: true },
  waits: true,
  async inject({ stage: { lines }, random, trial }) {
    await someMoment(random);
    return blackHole(lines[trial % lines.length].databases, random, GIVEN_UP_AFTER_MS);
  },
};
