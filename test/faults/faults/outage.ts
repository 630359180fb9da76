import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import type { EmbeddedDatabase } from '../stage/embedded-database';
import { applicationBackends } from './application-backends';
import { bitten } from './bitten';
import { someMoment } from './some-moment';

const LONGEST_OUTAGE_MS = 500;

/** Ends the database server under the load in the way given, and starts it again. */
export const outage =
  (end: (database: EmbeddedDatabase) => Promise<void>): Fault['inject'] =>
  async ({ stage, random }) => {
    await someMoment(random);
    bitten((await applicationBackends(stage)).length, 'the application had no connection to lose');
    const database = await stage.database();
    await end(database);
    await sleep(random() * LONGEST_OUTAGE_MS);
    await database.start();
    return performance.now();
  };
