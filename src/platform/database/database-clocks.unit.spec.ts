import { Logger } from '@nestjs/common';
import { Metrics } from '../observability/metrics';
import { DatabaseClocks, isBetter } from './database-clocks';
import type { ModuleDatabases } from './module-databases';

const MINUTE = 60_000;

describe('the clocks of databases', () => {
  let aheadMs: Record<string, number>;
  const databases = {
    modules: ['orders', 'shipping'],
    of: (module: string) => ({ query: async () => [{ now: Date.now() + aheadMs[module] }] }),
  } as unknown as ModuleDatabases;
  let clocks: DatabaseClocks;
  let metrics: Metrics;
  let warned: jest.SpyInstance;

  beforeEach(() => {
    aheadMs = { orders: 0, shipping: -40 * MINUTE };
    metrics = new Metrics();
    clocks = new DatabaseClocks(databases, metrics);
    warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(async () => {
    await clocks.beforeApplicationShutdown();
    jest.restoreAllMocks();
  });

  it('are told, each for its module', async () => {
    await clocks.onModuleInit();
    expect(clocks.now('shipping')).toBeLessThan(Date.now() - 39 * MINUTE);
    expect(Math.abs(clocks.now('orders') - Date.now())).toBeLessThan(MINUTE);
  });

  it('that the process is ahead of are said: in readiness, in the log and in the metrics', async () => {
    await clocks.onModuleInit();
    expect([...clocks.differences.keys()]).toEqual(['shipping']);
    expect(clocks.differences.get('shipping')).toBeCloseTo(40 * 60, 0);
    expect(warned).toHaveBeenCalledWith(
      expect.stringMatching(/2400(\.\d)? s ahead of that of the database of shipping/),
    );
    expect(await metrics.text()).toMatch(
      /seamline_clock_difference_seconds\{module="shipping"\} (2400|2399\.99)/,
    );
  });

  it('are taken to be the process’s while nothing is known of them', () => {
    expect(Math.abs(clocks.now(undefined) - Date.now())).toBeLessThan(MINUTE);
    expect(clocks.differences.size).toBe(0);
  });
});

describe('a measurement replaces the one before', () => {
  const known = { offset: 1_000, uncertainty: 5, at: 0 };
  it.each([
    ['when it is as precise', { offset: 1_003, uncertainty: 5, at: 10 }, true],
    ['when the old one has aged', { offset: 1_003, uncertainty: 40, at: 60_000 }, true],
    ['when the clock was set', { offset: 9_000, uncertainty: 400, at: 10 }, true],
    ['not when it took long and says nothing else', { offset: 1_300, uncertainty: 400, at: 10 }, false],
  ])('%s', (_, next, isReplaced) => expect(isBetter(next, known)).toBe(isReplaced));
});
