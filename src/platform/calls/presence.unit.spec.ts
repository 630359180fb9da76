import { Deadline } from './deadline';
import { Presence } from './presence';

describe('waiting for a module', () => {
  it('ends for everybody when it is there, after one question at a time', async () => {
    let [asked, atOnce, most] = [0, 0, 0];
    const presence = new Presence(async () => {
      most = Math.max(most, (atOnce += 1));
      await Promise.resolve();
      atOnce -= 1;
      return (asked += 1) === 3;
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => presence.awaited(Deadline.in(60_000))));
    expect(answers).toEqual(answers.map(() => true));
    expect({ asked, most }).toEqual({ asked: 3, most: 1 });
  });

  it('ends at the deadline of each one that waits', async () => {
    let there = false;
    const presence = new Presence(() => Promise.resolve(there));
    const patient = presence.awaited(Deadline.in(60_000));
    await expect(presence.awaited(Deadline.in(40))).resolves.toBe(false);
    there = true;
    await expect(patient).resolves.toBe(true);
  });

  it('asks nobody when nobody waits any more, and begins anew later', async () => {
    let asked = 0;
    let there = false;
    const presence = new Presence(() => {
      asked += 1;
      return Promise.resolve(there);
    });
    await expect(presence.awaited(Deadline.in(60))).resolves.toBe(false);
    there = true;
    await expect(presence.awaited(Deadline.in(60_000))).resolves.toBe(true);
    expect(asked).toBeGreaterThan(0);
  });
});
