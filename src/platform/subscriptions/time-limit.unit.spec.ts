import { HandlerTimeout } from './failure';
import { TimeLimit } from './time-limit';

describe('the time of a handler', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const hangs = (): Promise<void> => new Promise(() => undefined);
  const takes = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('begins anew with each message of a batch', async () => {
    const limit = new TimeLimit('shop.greet', 1_000);
    for (let message = 0; message < 5; message += 1) {
      const handled = limit.within(takes(900));
      await jest.advanceTimersByTimeAsync(900);
      await expect(handled).resolves.toBeUndefined();
    }
    limit.end();
  });

  it('ends the message that hangs, be it the first or a later one', async () => {
    const limit = new TimeLimit('shop.greet', 1_000);
    for (const earlier of [0, 1, 2]) {
      for (let message = 0; message < earlier; message += 1) await limit.within(Promise.resolve());
      const handled = limit.within(hangs());
      const failed = expect(handled).rejects.toThrow(HandlerTimeout);
      await jest.advanceTimersByTimeAsync(999);
      let settled = false;
      handled.catch(() => (settled = true));
      await Promise.resolve();
      expect(settled).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await failed;
    }
    limit.end();
  });

  it('passes on what the handler throws, and leaves no timer behind', async () => {
    const limit = new TimeLimit('shop.greet', 1_000);
    await expect(limit.within(Promise.reject(new Error('the shop is closed')))).rejects.toThrow(
      'the shop is closed',
    );
    limit.end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
