import { LOGS } from '../checks/logs';
import type { Stage } from '../stage/stage';

/**
 * What goes up as work gets done and stays where it is otherwise, whatever is tried, retried or handed over.
 */
export type Figures = (readonly [name: string, value: bigint])[];

/** A generation, a tick and a number as one number in the order of positions. */
const PLACE = (generation: string, tick: string, seq: string): string =>
  `(${generation}::numeric * 1e40 + ${tick}::numeric * 1e20 + ${seq})::text`;

const WORK = [
  `select 'final orders' as name, count(*)::text as value from orders.orders where state in ('completed', 'rejected', 'cancelled')`,
  `select 'final processes', count(*)::text from orders.sagas where final`,
  `select 'effects', count(*)::text from rig.effects`,
  ...LOGS.flatMap((log) => [
    `select '${log}: messages', count(*)::text from ${log}.outbox`,
    `select '${log}: ticks', ${PLACE('generation', 'tick', '0')} from ${log}.log_head`,
    `select '${log}: not held', (-count(*))::text from ${log}.deferred_messages`,
    `select '${log}: ' || subscription || ' ' || log || ' ' || first_lane, ${PLACE('generation', 'tick', 'seq')} from ${log}.subscription_positions`,
  ]),
].join('\nunion all ');

/** Messages, ticks, positions, effects and ends, over all modules of the stage. */
export async function workDone(stage: Stage): Promise<Figures> {
  const rows = await stage.askAsSuperuser<{ name: string; value: string }>(WORK);
  return rows.map(({ name, value }) => [name, BigInt(value.split('.')[0])] as const);
}

/** The migrations that ran in each schema of a database. */
const MIGRATED = `
  select n.nspname as module, (xpath('/row/ran/text()', query_to_xml(format('select count(*) as ran from %I.migrations', n.nspname), false, true, '')))[1]::text as ran
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'migrations' and c.relkind = 'r'`;

/**
 * How far the processes have come in their start: migrations that ran, and those that answer. What cannot be
 * asked yet is left out.
 */
export async function startsMade(stage: Stage): Promise<Figures> {
  const migrated = stage.places.map(async ({ ask }, place): Promise<Figures> =>
    (await ask<{ module: string; ran: string }>(MIGRATED)).map(
      ({ module, ran }) => [`${place} ${module}: migrations`, BigInt(ran)] as const,
    ),
  );
  const alive = stage.hosts.map(async ({ url, port }): Promise<Figures> => {
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return [[`${port}: alive`, answer.ok ? 1n : 0n]];
  });
  const found = await Promise.allSettled([...migrated, ...alive]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}
