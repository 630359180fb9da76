import { setTimeout as sleep } from 'node:timers/promises';
import type { TcpProxy } from '../stage/tcp-proxy';
import { bitten } from './bitten';

/** How often a hole outlasts the patience of those at its ends. */
const OUTLASTING = 1 / 3;

/**
 * Nothing passes for a while, and neither end gets an error. Then everything goes on, or only new
 * connections do. `givenUpAfterMs` is when the application gives up a connection from which nothing comes.
 * Answers when it was over.
 */
export async function blackHole(
  proxies: readonly TcpProxy[],
  random: () => number,
  givenUpAfterMs: number,
): Promise<number> {
  const hit = proxies.reduce((sum, proxy) => sum + proxy.blackHole(), 0);
  try {
    bitten(hit, 'there was no connection to black-hole');
    await sleep(random() < OUTLASTING ? givenUpAfterMs + random() * 1_000 : 100 + random() * 900);
  } finally {
    const old = random() < 0.5 ? 'go-on' : 'stay-silent';
    for (const proxy of proxies) proxy.heal(old);
  }
  return performance.now();
}
