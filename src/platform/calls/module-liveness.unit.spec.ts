import { eventually } from '../../../test/support/eventually';
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
    let asked = 0;
    let there = false;
    let answer = (): void => undefined;
    const liveness = new ModuleLiveness(async () => {
      asked += 1;
      await new Promise<void>((resolve) => (answer = resolve));
      return there;
    });
    await expect(liveness.waitUntilAlive(Deadline.in(1))).resolves.toBe(false);
    // The question that is on its way is the last one.
    await eventually(() => expect(asked).toBe(1));
    answer();
    await new Promise(setImmediate);
    expect(liveness['looking']).toBeUndefined();

    there = true;
    const patient = liveness.waitUntilAlive(Deadline.in(60_000));
    await eventually(() => expect(asked).toBe(2));
    answer();
    await expect(patient).resolves.toBe(true);
  });
});
