import type { Fault, Scene } from '../fault';
import { bitten } from './bitten';
import { storedMessages } from './stored-messages';
import { someMoment } from './some-moment';

/**
 * The logs fill it again. In every second trial a process is away meanwhile, whose positions point into what
 * is gone.
 */
export const brokerWiped: Fault = {
  name: 'broker-wiped',
  sentence:
    'the broker is killed, loses everything that it has stored, and is started again; sometimes a process misses all that',
  inject: (scene) =>
    wipe(scene, scene.trial % 2 === 0 ? undefined : Math.floor(scene.trial / 2) % scene.stage.hosts.length),
};

/** Wipes the broker, while one of the processes is away if you like: by its place among them. */
export async function wipe({ stage: { brokers, hosts }, random }: Scene, missing?: number): Promise<number> {
  await someMoment(random);
  const away = missing === undefined ? undefined : hosts[missing];
  await away?.kill();
  // The others go on without it.
  if (away) await someMoment(random);
  bitten(await storedMessages(brokers[0]), 'the broker held no message');
  await Promise.all(brokers.map((broker) => broker.kill()));
  await Promise.all(brokers.map((broker) => broker.wipe()));
  await Promise.all(brokers.map((broker) => broker.restart()));
  away?.launch();
  return performance.now();
}
