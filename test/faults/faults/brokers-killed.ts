import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsServer } from '../../support/nats-server';
import type { Fault } from '../fault';
import { bitten } from './bitten';
import { storedMessages } from './stored-messages';
import { someMoment } from './some-moment';

const LONGEST_OUTAGE_MS = 2_000;

/** The nodes notice nothing and keep what is on their disks; they are started again together. */
const brokersKilled = (
  name: string,
  which: string,
  among: (brokers: readonly NatsServer[]) => number,
): Fault => ({
  name,
  sentence: `${which} killed with -9 and started again`,
  waits: true,
  async inject({ stage: { brokers }, random }) {
    const victims = [...brokers];
    while (victims.length > among(brokers)) victims.splice(Math.floor(random() * victims.length), 1);
    await someMoment(random);
    bitten(await storedMessages(brokers[0]), 'the broker held no message');
    await Promise.all(victims.map((broker) => broker.kill()));
    await sleep(random() * LONGEST_OUTAGE_MS);
    await Promise.all(victims.map((broker) => broker.restart()));
    return performance.now();
  },
});

/** The others are enough to go on with. */
export const oneBrokerKilled = brokersKilled('one-broker-killed', 'one node of the broker is', () => 1);

/** The last one may not decide anything alone. */
export const twoBrokersKilled = brokersKilled('two-brokers-killed', 'two nodes of the broker are', () => 2);

export const allBrokersKilled = brokersKilled(
  'all-brokers-killed',
  'all nodes of the broker are',
  ({ length }) => length,
);
