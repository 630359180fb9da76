import type { Envelope } from '../messages/envelope';
import { cacheSize } from '../messages/message-size';
import { startOfWindow } from './log-position';
import { RecentMessages } from './recent-messages';
import { RowLimit } from './row-limit';

/** A message of so many bytes, its envelope included. */
const message = (tick: number, bytes: number): Envelope => {
  const made = { position: startOfWindow(1, BigInt(tick)) } as Envelope;
  cacheSize(made, bytes - 300);
  return made;
};

describe('The recent messages of a log', () => {
  it.each([
    ['by their number', { messages: 10, bytes: 1_000_000 }, 400],
    ['by their bytes', { messages: 1_000, bytes: 10_000 }, 1_000],
  ])('are limited %s', (_, limit, size) => {
    const recent = new RecentMessages(limit);
    for (let tick = 1; tick <= 20; tick += 1) recent.push(message(tick, size));
    expect([recent.trim(), recent.length]).toEqual([undefined, 20]);
    recent.push(message(21, size));
    expect(recent.trim()).toEqual(startOfWindow(1, 11n));
    expect([recent.length, recent.bytes]).toEqual([10, 10 * size]);
    expect(recent.messages[0].position.tick).toBe(12n);
  });

  it('are none when one alone is larger than all of them may be', () => {
    const recent = new RecentMessages({ messages: 10, bytes: 1_000 });
    recent.push(message(1, 400), message(2, 5_000));
    expect([recent.trim(), recent.length, recent.bytes]).toEqual([startOfWindow(1, 2n), 0, 0]);
  });
});

describe('The number of messages that a page is asked for', () => {
  it('grows while they are small, and never beyond the most', () => {
    const rows = new RowLimit(4_000, 4_000_000);
    const asked: number[] = [];
    for (let page = 0; page < 5; page += 1) {
      asked.push(rows.next);
      rows.saw(rows.next, rows.next * 500);
    }
    expect(asked).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  });

  it('shrinks at once when they are large, to a few at least, and grows again', () => {
    const rows = new RowLimit(4_000, 4_000_000);
    rows.saw(27, 27 * 150_000);
    expect([rows.next, rows.fitting]).toEqual([53, 53]);
    rows.saw(1, 50_000_000);
    expect(rows.next).toBe(4);
    rows.saw(4, 400);
    expect([rows.next, rows.fitting]).toEqual([8, 4_000]);
    rows.saw(0, 0);
    expect(rows.next).toBe(8);
  });
});
