import { Deadline } from '../kernel/deadline';
import { ModuleLiveness } from './module-liveness';

describe('waiting for a module', () => {
  it('ends for everybody when it is there, after one question at a time', async () => {
    let [asked, atOnce, most] = [0, 0, 0];
    const liveness = new ModuleLiveness(async () => {
      most = Math.max(most, (atOnce += 1));
      await Promise.resolve();
      atOnce -= 1;
      return (asked += 1) === 3;
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => liveness.waitUntilAlive(Deadline.in(60_000))),
    );
    expect(answers).toEqual(answers.map(() => true));
    expect({ asked, most }).toEqual({ asked: 3, most: 1 });
  });

  it('ends at the deadline of each one that waits', async () => {
    let there = false;
    const liveness = new ModuleLiveness(() => Promise.resolve(there));
    const patient = liveness.waitUntilAlive(Deadline.in(60_000));
    await expect(liveness.waitUntilAlive(Deadline.in(40))).resolves.toBe(false);
    there = true;
    await expect(patient).resolves.toBe(true);
  });

  it('asks no more when nothing waits, and begins anew later', async () => {
    jest.useFakeTimers();
    try {
      let asked = 0;
      let there = false;
      const liveness = new ModuleLiveness(() => {
        asked += 1;
        return Promise.resolve(there);
      });
      const impatient = liveness.waitUntilAlive(Deadline.in(2_000));
      await jest.advanceTimersByTimeAsync(2_000);
      await expect(impatient).resolves.toBe(false);
      // The question that is on its way is the last one.
      await jest.advanceTimersByTimeAsync(1_000);
      const askedByThen = asked;
      expect(askedByThen).toBeGreaterThan(2);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(asked).toBe(askedByThen);
      there = true;
      const patient = liveness.waitUntilAlive(Deadline.in(60_000));
      await jest.advanceTimersByTimeAsync(1_000);
      await expect(patient).resolves.toBe(true);
      expect(asked).toBe(askedByThen + 1);
    } finally {
      jest.useRealTimers();
    }
  });
});
