import { type JetStreamManager, jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOGS } from '../checks/logs';
import type { Fault } from '../fault';
import { inboxOf } from '../../../src/platform/transport/nats-configuration';
import { bitten } from './bitten';
import { someMoment } from './some-moment';

/** In each trial. */
const REPEATED_MESSAGES = 1_000;
const MOST_IN_BURST = 20;
const LONGEST_PAUSE_MS = 30;
const LONGEST_ABSENCE_MS = 500;

/**
 * A bridge, a mirror or a second relay that nothing keeps in check: it puts what streams hold into them once more, in any order, among
 * what relays are publishing, without an id that the broker could know it by. In every second trial a process has to find its place in that.
 */
export const messagesRepeated: Fault = {
  name: 'messages-repeated',
  sentence: `${REPEATED_MESSAGES} messages are published again and out of order while others are on their way`,
  trialsPerStage: 10,
  async inject({ stage: { brokerUrl, hosts }, random, trial }) {
    const away = trial % 2 === 0 ? undefined : hosts[Math.floor(trial / 2) % hosts.length];
    const [repeated] = await Promise.all([repeat(brokerUrl, random), away && someMoment(random).then(() => away.kill())]);
    if (away) {
      await sleep(random() * LONGEST_ABSENCE_MS);
      away.launch();
    }
    bitten(repeated, 'there was nothing to repeat');
    return performance.now();
  },
};

/** Answers how many messages were published again. */
async function repeat(brokerUrl: string, random: () => number): Promise<number> {
  const connection = await connectTo(brokerUrl);
  try {
    const manager = await jetstreamManager(connection);
    const client = jetstream(connection);
    let repeated = 0;
    while (repeated < REPEATED_MESSAGES) {
      const burst = await someMessages(manager, random);
      // Nothing has been published yet.
      if (burst.length === 0) return repeated;
      for (const { subject, data, header } of burst) {
        const own = headers();
        for (const [name, values] of header ?? []) if (name.startsWith('ce-')) own.set(name, values[0]);
        await client.publish(subject, data, { headers: own });
      }
      repeated += burst.length;
      await sleep(random() * LONGEST_PAUSE_MS);
    }
    return repeated;
  } finally {
    await connection.close();
  }
}

function connectTo(brokerUrl: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(brokerUrl);
  const user = decodeURIComponent(username);
  return connect({ servers: host, user, pass: decodeURIComponent(password), inboxPrefix: inboxOf(user) });
}

/** A few of one stream that follow one another there, shuffled. */
async function someMessages({ streams }: JetStreamManager, random: () => number): Promise<StoredMsg[]> {
  const { config, state } = await streams.info(`seamline-log-${LOGS[Math.floor(random() * LOGS.length)]}`);
  const length = Math.min(1 + Math.floor(random() * MOST_IN_BURST), state.messages);
  const first = state.first_seq + Math.floor(random() * (state.messages - length));
  const burst: { message: StoredMsg; at: number }[] = [];
  for (let seq = first; seq < first + length; seq += 1) {
    const message = await streams.getMessage(config.name, { seq });
    if (message) burst.push({ message, at: random() });
  }
  return burst.sort((a, b) => a.at - b.at).map(({ message }) => message);
}
