import type { Settings } from '../../config/settings';
import type { ModuleDatabases } from '../../database/module-databases';
import type { UnitOfWork } from '../../database/unit-of-work';
import type { LogReaders } from '../log/log-readers';
import type { ConsumerRegistry } from './consumer-registry';
import { Subscriptions } from './subscriptions';

/** One subscription for each module, to the log of another one; each log is opened when the test says so. */
function startOf(modules: readonly string[]) {
  const opening = new Map<string, (error: Error) => void>();
  const readers = {
    open: (_log: string, module: string) => new Promise((_, reject) => opening.set(module, reject)),
    close: async () => undefined,
  } as unknown as LogReaders;
  const subscriptions = new Subscriptions(
    { of: () => [{ logs: ['catalog'] }] } as unknown as ConsumerRegistry,
    readers,
    { modules, of: () => ({}) } as unknown as ModuleDatabases,
    {} as UnitOfWork,
    { messaging: { leaseMs: 9_000 } } as Settings,
  );
  return { opening, started: subscriptions.onApplicationBootstrap() };
}

describe('The subscriptions of a process', () => {
  it('of one module do not wait for the logs that another one reads', async () => {
    const { opening, started } = startOf(['orders', 'shipping']);
    expect([...opening.keys()]).toEqual(['orders', 'shipping']);
    for (const fail of opening.values()) fail(new Error('over'));
    await expect(started).rejects.toThrow('over');
  });

  it('fail the start once none of them is on its way any more', async () => {
    const { opening, started } = startOf(['orders', 'shipping']);
    let failed = false;
    const failure = started.catch((error: Error) => ((failed = true), error.message));
    opening.get('orders')!(new Error('orders'));
    await new Promise(setImmediate);
    expect(failed).toBe(false);
    opening.get('shipping')!(new Error('shipping'));
    await expect(failure).resolves.toBe('orders');
  });
});
