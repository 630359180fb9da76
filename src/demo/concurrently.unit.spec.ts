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
    const work = concurrently([1, 2, 3, 4, 5, 6, 7, 8], 2, async (entry) => {
      begun.push(entry);
      await new Promise(setImmediate);
      if (entry === 2) throw new Error('two');
    });
    await expect(work).rejects.toThrow('two');
    // As many turns as the other worker would need for everything that is left.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('tells of the first failure, and what runs meanwhile ends by itself', async () => {
    const ended: number[] = [];
    const work = concurrently([1, 2], 2, async (entry) => {
      if (entry === 1) throw new Error('one');
      await new Promise(setImmediate);
      ended.push(entry);
      throw new Error('two');
    });
    await expect(work).rejects.toThrow('one');
    await new Promise(setImmediate);
    expect(ended).toEqual([2]);
  });
});
