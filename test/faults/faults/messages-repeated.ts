import { type JetStreamManager, jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOGS } from '../checks/logs';
import type { Fault, Scene } from '../fault';
import { inboxOf } from '../../../src/platform/transport/nats-configuration';
import { bitten } from './bitten';
import { someMoment } from './some-moment';

/** What is published again. */
export interface Repetition {
  /** So many messages. */
  readonly messages: number;
  readonly mostInBurst: number;
  /** Between two bursts. */
  readonly longestPauseMs: number;
  /** Of the streams of these logs. */
  readonly logs: readonly string[];
}

/** In each trial. */
const REPEATED: Repetition = { messages: 1_000, mostInBurst: 20, longestPauseMs: 30, logs: LOGS };
const LONGEST_ABSENCE_MS = 500;

/**
 * A bridge, a mirror or a second relay that nothing keeps in check: it puts what streams hold into them once
 * more, in any order, among what relays are publishing, without an id that the broker could know it by. In
 * every second trial a process has to find its place in that.
 */
export const messagesRepeated: Fault = {
  name: 'messages-repeated',
  sentence: `${REPEATED.messages} messages are published again and out of order while others are on their way`,
  trialsPerStage: 10,
  async inject(scene) {
    const {
      stage: { hosts },
      random,
      trial,
    } = scene;
    const away = trial % 2 === 0 ? undefined : hosts[Math.floor(trial / 2) % hosts.length];
    await Promise.all([repeatMessages(scene, REPEATED), away && someMoment(random).then(() => away.kill())]);
    if (away) {
      await sleep(random() * LONGEST_ABSENCE_MS);
      away.launch();
    }
    return performance.now();
  },
};

/** Puts messages of some streams into them again, a burst at a time. */
export async function repeatMessages({ stage, random }: Scene, repetition: Repetition): Promise<void> {
  const connection = await connectTo(stage.brokerUrl);
  try {
    const manager = await jetstreamManager(connection);
    const client = jetstream(connection);
    let repeated = 0;
    while (repeated < repetition.messages) {
      const burst = await someMessages(manager, random, repetition);
      bitten(burst.length, 'there was nothing to repeat');
      for (const { subject, data, header } of burst) {
        const own = headers();
        for (const [name, values] of header ?? []) if (name.startsWith('ce-')) own.set(name, values[0]);
        await client.publish(subject, data, { headers: own });
      }
      repeated += burst.length;
      await sleep(random() * repetition.longestPauseMs);
    }
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
async function someMessages(
  { streams }: JetStreamManager,
  random: () => number,
  { logs, mostInBurst }: Repetition,
): Promise<StoredMsg[]> {
  const { config, state } = await streams.info(`seamline-log-${logs[Math.floor(random() * logs.length)]}`);
  const length = Math.min(1 + Math.floor(random() * mostInBurst), state.messages);
  const first = state.first_seq + Math.floor(random() * (state.messages - length));
  const burst: { message: StoredMsg; at: number }[] = [];
  for (let seq = first; seq < first + length; seq += 1) {
    const message = await streams.getMessage(config.name, { seq });
    if (message) burst.push({ message, at: random() });
  }
  return burst.sort((a, b) => a.at - b.at).map(({ message }) => message);
}
