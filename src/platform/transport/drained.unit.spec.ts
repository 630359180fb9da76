import { drained } from './drained';

describe('subscriptions that end', () => {
  it('are waited for, and not beyond the patience of their process', async () => {
    const never = { drain: () => new Promise<void>(() => undefined) };
    let ended = 0;
    const soon = { drain: async () => void (ended += 1) };
    await drained([soon, soon], 60_000);
    await drained([never, soon], 1);
    expect(ended).toBe(3);
  });

  it('may fail to', async () => {
    await expect(drained([{ drain: () => Promise.reject(new Error('closed')) }])).resolves.toBeUndefined();
  });
});
