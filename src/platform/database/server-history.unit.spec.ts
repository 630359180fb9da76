import type { PooledClient } from './pooled-client';
import { ForeignHistory, ServerHistory } from './server-history';

describe('what a process knows of the history of a server', () => {
  let history: ServerHistory;
  let asked: unknown[][];

  beforeEach(() => {
    history = new ServerHistory('orders');
    asked = [];
  });

  /** A connection to a server in the life that the mark tells of. */
  const admit = (mark: string, reason: string | null = null): Promise<void> =>
    history.admit({
      query: async (_sql: string, values: unknown[]) => {
        asked.push(values);
        return { rows: [{ mark, foreign_in: reason }] };
      },
    } as unknown as PooledClient);
  const tick = (mark: string, number: bigint, written: bigint, flushed: bigint): void =>
    history.noteTick(
      mark,
      { generation: 1, tick: number, takenAt: `${mark} ${number}`, written, flushed },
      performance.now(),
    );

  it('hands in the last tick that was on the disk', async () => {
    await admit('first');
    tick('first', 1n, 100n, 0n);
    tick('first', 2n, 200n, 0n);
    await admit('first');
    // What was written when the second tick was taken, and with it the first, has reached the disk.
    tick('first', 3n, 300n, 200n);
    await admit('first');
    expect(asked).toEqual([
      [null, null, null],
      [null, null, null],
      [1, '1', 'first 1'],
    ]);
  });

  it.each([
    ['a new connection', async () => admit('second')],
    ['the next tick', async () => undefined],
  ])(
    'does not hand in a tick that a crash has taken away, whether %s tells of it first',
    async (_, tells) => {
      await admit('first');
      for (const number of [1n, 2n]) tick('first', number, number * 100n, 0n);
      await tells();
      // The numbers of the write-ahead log go on where the disk had it, and soon beyond what was lost.
      for (const number of [1n, 2n, 3n]) {
        tick('second', number, 500n + number, 500n + number);
        await admit('second');
      }
      const witnesses = asked.map(([, , takenAt]) => takenAt);
      expect(witnesses.filter((takenAt) => String(takenAt).startsWith('first'))).toEqual([]);
      expect(witnesses.at(-1)).toBe('second 1');
    },
  );

  it('knows since when the server has not recovered', async () => {
    await admit('first');
    const before = history.since;
    tick('first', 1n, 100n, 0n);
    expect(history.since).toBe(before);
    const crashed = performance.now();
    await admit('second');
    expect(history.since).toBeGreaterThanOrEqual(crashed);
  });

  it('refuses a history of which the log is not, and names the way out', async () => {
    const refused = admit('first', 'timeline');
    await expect(refused).rejects.toThrow(ForeignHistory);
    await expect(refused).rejects.toThrow(/npm run ops -- begin-generation orders/);
  });
});
