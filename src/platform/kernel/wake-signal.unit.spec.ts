import { WakeSignal } from './wake-signal';

describe('a wake-up', () => {
  it('ends a sleep', async () => {
    const wake = new WakeSignal();
    const sleeping = wake.sleep(60_000);
    wake.raise();
    await sleeping;
  });

  it('that comes before the sleep is kept for it, once', async () => {
    const wake = new WakeSignal();
    wake.raise();
    wake.raise();
    await wake.sleep(60_000);
    let awake = false;
    const second = wake.sleep(60_000).then(() => (awake = true));
    await Promise.resolve();
    expect(awake).toBe(false);
    wake.raise();
    await second;
  });

  it('is not needed when the time is up', async () => {
    await new WakeSignal().sleep(1);
  });
});
