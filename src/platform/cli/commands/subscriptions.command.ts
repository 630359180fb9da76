import type { SubscriptionStatus } from '../../subscriptions/subscription-operations';
import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';

export const subscriptions: OpsCommand = {
  name: 'subscriptions',
  summary: 'how far every subscription has come, who works on it and what it holds back',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const statuses = await withOperations(program, (operations) => operations.subscriptions.list());
    if (flag('json')) program.print(JSON.stringify(statuses, undefined, 2));
    else if (statuses.length === 0)
      program.print(
        'There are no subscriptions yet: the application makes them when it starts for the first time.',
      );
    else
      for (const line of table(
        ['SUBSCRIPTION', 'LOG', 'LAG', 'RETRYING', 'PARKED', 'QUEUED', 'STATE'],
        rowsOf(statuses),
      ))
        program.print(line);
    return true;
  },
};

/** One row for the lane groups of a subscription on one log together. */
function rowsOf(statuses: readonly SubscriptionStatus[]): (string | number)[][] {
  const groups = new Map<string, SubscriptionStatus[]>();
  for (const status of statuses) {
    const key = `${status.subscription} ${status.log}`;
    groups.set(key, [...(groups.get(key) ?? []), status]);
  }
  return [...groups.values()].map((lanes) => {
    const sum = (count: 'lag' | 'retrying' | 'parked' | 'queued'): number =>
      lanes.reduce((total, lane) => total + (lane[count] ?? 0), 0);
    const lag = lanes.some((lane) => lane.lag === null) ? 'unknown' : sum('lag');
    return [
      lanes[0].subscription,
      lanes[0].log,
      lag,
      sum('retrying'),
      sum('parked'),
      sum('queued'),
      stateOf(lanes),
    ];
  });
}

function stateOf(lanes: readonly SubscriptionStatus[]): string {
  if (lanes[0].paused) return 'paused';
  const processes = new Set(lanes.flatMap(({ owner }) => owner ?? [])).size;
  const held = lanes.filter(({ owner }) => owner !== null).length;
  if (processes === 0) return 'no process works on it';
  const stalled = lanes.flatMap((lane) => lane.stalled ?? [])[0];
  if (stalled) return `stalled since ${stalled.since.toISOString()}: ${short(stalled.error)}`;
  const share = held < lanes.length ? ` on ${held} of ${lanes.length} lane groups` : '';
  return `${processes} ${processes === 1 ? 'process' : 'processes'}${share}`;
}
