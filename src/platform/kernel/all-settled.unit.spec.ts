import { allSettled } from './all-settled';

describe('What is begun side by side', () => {
  it('answers in the order in which it was begun', async () => {
    const late = new Promise<string>((resolve) => setImmediate(() => resolve('late')));
    await expect(allSettled([late, Promise.resolve('soon')])).resolves.toEqual(['late', 'soon']);
  });

  it('throws the first failure, once all of it has ended', async () => {
    let ended = false;
    const slow = new Promise<void>((resolve) =>
      setImmediate(() => {
        ended = true;
        resolve();
      }),
    );
    await expect(
      allSettled([Promise.reject(new Error('one')), slow, Promise.reject(new Error('other'))]),
    ).rejects.toThrow('one');
    expect(ended).toBe(true);
  });
});
