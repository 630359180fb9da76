import { playInTurns, type Turn } from './in-turns';

describe('The turns of a campaign', () => {
  const running = new Map<string, () => void>();
  const turn = (name: string, waits = false): Turn => ({
    waits,
    play: () => new Promise((resolve) => running.set(name, resolve)),
  });
  const ends = async (name: string): Promise<void> => {
    running.get(name)?.();
    running.delete(name);
    await new Promise(setImmediate);
  };
  afterEach(() => running.clear());

  it('are two at a time in their order, and one more that waits', async () => {
    const playing = playInTurns([
      turn('a'),
      turn('b'),
      turn('c'),
      turn('waits 1', true),
      turn('d'),
      turn('waits 2', true),
    ]);
    const seen = [[...running.keys()]];
    for (const next of ['a', 'waits 1', 'b', 'c', 'd', 'waits 2']) {
      await ends(next);
      seen.push([...running.keys()]);
    }
    expect(seen).toEqual([
      ['a', 'b', 'waits 1'],
      ['b', 'waits 1', 'c'],
      ['b', 'c', 'waits 2'],
      ['c', 'waits 2', 'd'],
      ['waits 2', 'd'],
      ['waits 2'],
      [],
    ]);
    await playing;
  });

  it('end with the first that fails: what has not begun is left out', async () => {
    const playing = playInTurns([
      turn('a'),
      { waits: false, play: () => Promise.reject(new Error('broken')) },
      turn('c'),
      turn('waits', true),
    ]);
    await expect(playing).rejects.toThrow('broken');
    await ends('a');
    await ends('waits');
    expect([...running.keys()]).toEqual([]);
  });
});
