import { Advance } from './advance';
import { MachineClock, REFERENCE_MS } from './machine-clock';
import { Patience } from './patience';
import { REST } from './limits';

/**
 * Looks once a second at figures that the story makes of the seconds gone; answers the second in which it was
 * over.
 */
function overAfter(slowness: number, figuresAt: (second: number) => Record<string, number>): number {
  let ms = 0;
  const clock = new MachineClock(() => ms);
  for (let probes = 0; probes < 6; probes += 1) clock.note(slowness * REFERENCE_MS);
  const patience = new Patience(REST, clock, () => ms);
  const advance = new Advance();
  for (let second = 0; second < 10_000; second += 1) {
    ms = second * 1_000;
    const figures = Object.entries(figuresAt(second)).map(([name, value]) => [name, BigInt(value)] as const);
    if (patience.isOver(advance.note(figures))) return second;
  }
  return Infinity;
}

describe('The patience of a trial', () => {
  const stall = (): Record<string, number> => ({ position: 7 });

  it('is over 30 s after healing on a machine of normal speed, when nothing moves', () => {
    expect(overAfter(1, stall)).toBe(30);
  });

  it('is over then even if something moves: that is what is promised', () => {
    expect(overAfter(1, (second) => ({ position: second }))).toBe(30);
  });

  it('takes no longer on a faster machine, and less than a tenth longer where the measure errs by less', () => {
    expect([0.2, 1.09].map((slowness) => overAfter(slowness, stall))).toEqual([30, 33]);
  });

  it('ends for a stall on a slow machine too', () => {
    expect(overAfter(4, stall)).toBe(120);
  });

  it('ends for what stalls late on a slow machine, a while after it last moved', () => {
    expect(overAfter(4, (second) => ({ position: Math.min(second, 100) }))).toBe(140);
  });

  it('does not end for what is slow and moves', () => {
    expect(overAfter(4, (second) => ({ position: Math.min(Math.floor(second / 20), 10) }))).toBe(240);
  });

  it.each([
    ['positions that go back and forth', (second: number) => ({ position: 5 + (second % 2) })],
    ['a figure that falls', (second: number) => ({ position: -second })],
    [
      'figures that take turns',
      (second: number): Record<string, number> => (second % 2 ? { a: 1, b: 0 } : { a: 0, b: 1 }),
    ],
  ])('ends for movement that gets nowhere: %s', (_, figures) => {
    expect(overAfter(4, figures)).toBe(120);
  });

  it('ends for what moves for ever', () => {
    expect(overAfter(4, (second) => ({ messages: second }))).toBe(480);
  });
});
