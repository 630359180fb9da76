import { setTimeout as sleep } from 'node:timers/promises';
import { currentDeadline, Deadline, withDeadline } from './deadline';

describe('a deadline', () => {
  it('tells what is left, and has passed at 0', () => {
    expect(Deadline.in(60_000).left).toBeGreaterThan(50_000);
    expect(Deadline.in(60_000).hasPassed).toBe(false);
    expect(Deadline.in(-1)).toMatchObject({ left: 0, hasPassed: true });
  });

  it('is the earlier one of two', () => {
    const [soon, late] = [Deadline.in(1_000), Deadline.in(2_000)];
    expect(late.orEarlier(soon)).toBe(soon);
    expect(soon.orEarlier(late)).toBe(soon);
    expect(soon.orEarlier(undefined)).toBe(soon);
  });

  it('is known to everything that follows from the work, and to nothing else', async () => {
    const deadline = Deadline.in(1_000);
    const seen = await withDeadline(deadline, async () => {
      await sleep(1);
      return currentDeadline();
    });
    expect(seen).toBe(deadline);
    expect(currentDeadline()).toBeUndefined();
  });
});
