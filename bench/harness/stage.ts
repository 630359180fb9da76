import { execute } from '../contestants/pool';
import type { Contestant } from '../contestants/contestant';
import { backlog, inTransactions, type Spread } from './message';
import type { Bench } from './scenario';
import type { BenchServer } from './server';

/** What a turn finds in its database. */
export interface Backlog {
  readonly count: number;
  readonly spread: Spread;
  readonly ordered: boolean;
}

const EMPTY: Backlog = { count: 0, spread: 'even', ordered: false };
const PER_TRANSACTION = 1_000;

/** Prepared once in a run and copied for every turn, so that no turn finds what another one left. */
const templates = new WeakMap<BenchServer, Map<string, Promise<string>>>();
let databases = 0;

/**
 * Runs `work` on a database of its own, which the contestant has prepared and filled, after the server has
 * settled.
 */
export async function onFreshDatabase<T>(
  bench: Bench,
  contestant: Contestant,
  work: (url: string) => Promise<T>,
  found: Backlog = EMPTY,
): Promise<T> {
  const template = await templateOf(bench, contestant, found);
  databases += 1;
  const database = await bench.server.createDatabase(`turn_${databases}`, template);
  try {
    await bench.server.settle();
    return await work(database.url);
  } finally {
    await database.drop();
  }
}

function templateOf(bench: Bench, contestant: Contestant, found: Backlog): Promise<string> {
  const known = templates.get(bench.server) ?? new Map<string, Promise<string>>();
  templates.set(bench.server, known);
  const name = `${contestant.name} ${found.count} ${found.spread}${found.ordered ? ' in order' : ''}`;
  const template = known.get(name) ?? prepare(bench, contestant, found);
  known.set(name, template);
  return template;
}

async function prepare(
  bench: Bench,
  contestant: Contestant,
  { count, spread, ordered }: Backlog,
): Promise<string> {
  databases += 1;
  const { name, url } = await bench.server.createDatabase(`template_${databases}`);
  await contestant.prepare(url);
  if (count > 0) {
    const publisher = await contestant.openPublisher(url, { connections: 2, ordered });
    let published = 0;
    for (const messages of inTransactions(backlog(count, spread), PER_TRANSACTION, ordered)) {
      bench.progress(`${contestant.name}: filling, ${published} of ${count} messages`);
      await publisher.publishMany(messages);
      published += messages.length;
    }
    await publisher.close();
  }
  // As autovacuum leaves tables that have been there for a while.
  await execute(url, 'vacuum analyze');
  return name;
}
