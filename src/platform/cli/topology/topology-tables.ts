import type { Locality } from '../../hosting/locality';
import { table } from '../table';
import type { ExplainedTopology } from './explained-topology';

/** The topology for people: one table for each kind of thing. A tilde marks what crosses a process. */
export function topologyTables({
  modules,
  broker,
  commands,
  queries,
  subscriptions,
  sagas,
  jobs,
  routes,
}: ExplainedTopology): string[] {
  return [
    ...processLines(modules, broker),
    '',
    ...table(
      ['COMMAND', 'MODULE', 'WHERE', 'SENT BY', 'HANDLED BY'],
      commands.map((c) => [
        versioned(c),
        c.module,
        c.where,
        ends(c.sentBy, (s) => s.saga ?? `${s.module} (waits)`),
        c.handledBy,
      ]),
    ),
    '',
    ...table(
      ['QUERY', 'MODULE', 'WHERE', 'ASKED BY', 'HANDLED BY'],
      queries.map((q) => [
        versioned(q),
        q.module,
        q.where,
        ends(q.askedBy, ({ module }) => module),
        q.handledBy,
      ]),
    ),
    '',
    ...table(
      ['SUBSCRIPTION', 'MODULE', 'WHERE', 'LOGS', 'MESSAGES'],
      subscriptions.map((s) => [
        s.name,
        s.module,
        s.where,
        ends(s.reads, ({ log }) => log),
        [...new Set(s.reads.flatMap(({ messages }) => messages))].join(', '),
      ]),
    ),
    '',
    ...table(
      ['SAGA', 'MODULE', 'WHERE', 'PARTNERS', 'STARTS WITH', 'STEPS'],
      sagas.map((s) => [
        s.name,
        s.module,
        s.where,
        ends(s.partners, ({ module }) => module),
        s.startsWith,
        s.steps.join(' > '),
      ]),
    ),
    '',
    ...table(
      ['JOB', 'MODULE', 'WHERE', 'ATTEMPTS', 'HANDLED BY'],
      jobs.map((j) => [j.type, j.module, j.where, j.maxAttempts, j.handledBy]),
    ),
    '',
    ...table(
      ['ROUTE', 'MODULE', 'WHERE'],
      routes.map((r) => [`${r.method} ${r.path}`, r.module, r.where]),
    ),
    '',
    'local: both ends are in this process. crosses (~): one end is here, the other in another process. elsewhere: neither is here.',
  ];
}

function processLines(modules: ExplainedTopology['modules'], broker: ExplainedTopology['broker']): string[] {
  const names = (hosted: boolean): string =>
    modules.flatMap((module) => (module.hosted === hosted ? module.name : [])).join(', ');
  if (names(false) === '') return [`Hosted here: ${names(true)}.`];
  const way =
    broker.length > 0
      ? `over the broker at ${broker.join(', ')}`
      : 'and no broker leads there: NATS_URL is not set';
  return [`Hosted here: ${names(true)}.`, `Elsewhere: ${names(false)}, ${way}.`];
}

/** The other ends, with a mark at those that are in another process than this one's end. */
const ends = <T extends { where: Locality }>(others: readonly T[], name: (other: T) => string): string =>
  others.map((other) => `${other.where === 'crosses' ? '~' : ''}${name(other)}`).join(', ');

const versioned = ({ name, version }: { name: string; version: number }): string => `${name} v${version}`;
