import { concurrently } from './concurrently';

describe('concurrently', () => {
  it('does everything, in order, and never more at a time than asked for', async () => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await concurrently([1, 2, 3, 4, 5, 6, 7], 3, async (entry) => {
      begun.push(entry);
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
    });
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('begins nothing more after a failure', async () => {
    const begun: number[] = [];
    const work = concurrently([1, 2, 3, 4, 5], 2, async (entry) => {
      begun.push(entry);
      await new Promise(setImmediate);
      if (entry === 2) throw new Error('two');
    });
    await expect(work).rejects.toThrow('two');
    await new Promise(setImmediate);
    expect(begun).not.toContain(5);
  });
});
