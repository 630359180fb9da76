import type { Settings } from '../config/settings';
import type { ModuleDatabases } from '../database/module-databases';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import type { LogReaders } from '../log/log-readers';
import type { Consumers } from './consumer';
import { Subscriptions } from './subscriptions';

/** One subscription for each module, to the logs of two others; the test decides what comes of each log. */
function startOf(modules: readonly string[]) {
  const opening = new Map<string, (error: Error) => void>();
  const readers = {
    open: (log: string, module: string) =>
      new Promise((_, reject) => opening.set(`${module} reads ${log}`, reject)),
    close: async () => undefined,
  } as unknown as LogReaders;
  const subscriptions = new Subscriptions(
    { of: () => [{ logs: ['catalog', 'customers'] }] } as unknown as Consumers,
    readers,
    { modules, of: () => ({}) } as unknown as ModuleDatabases,
    {} as UnitOfWork,
    { messaging: { leaseMs: 9_000 } } as Settings,
  );
  return { opening, started: subscriptions.onApplicationBootstrap() };
}

describe('The subscriptions of a process', () => {
  it('wait for all logs at once, of all modules', async () => {
    const { opening, started } = startOf(['orders', 'shipping']);
    expect([...opening.keys()]).toEqual([
      'orders reads catalog',
      'orders reads customers',
      'shipping reads catalog',
      'shipping reads customers',
    ]);
    for (const fail of opening.values()) fail(new Error('over'));
    await expect(started).rejects.toThrow('over');
  });

  it('fail the start once none of them is on its way any more', async () => {
    const { opening, started } = startOf(['orders', 'shipping']);
    let failed = false;
    const failure = started.catch((error: Error) => ((failed = true), error.message));
    const [last, ...others] = [...opening.values()].reverse();
    for (const fail of others.reverse()) fail(new Error('one of several'));
    await new Promise(setImmediate);
    expect(failed).toBe(false);
    last(new Error('the last one'));
    await expect(failure).resolves.toBe('one of several');
  });
});
