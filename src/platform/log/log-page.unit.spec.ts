import type { Envelope } from '../messages/envelope';
import { joined, type LogPage, pageOf } from './log-page';
import { startOfWindow } from './log-position';

const message = (seq: number): Envelope =>
  ({ id: `m${seq}`, position: { generation: 1, tick: 0n, seq: BigInt(seq) } }) as Envelope;
const at = (seq: number): LogPage['end'] => message(seq).position;
const END = startOfWindow(1, 1n);
const page = (seqs: number[], end: LogPage['end'], asOf?: number): LogPage => ({
  messages: seqs.map(message),
  end,
  asOf,
});
const ids = ({ messages }: LogPage): string[] => messages.map(({ id }) => id);

describe('A page of a log', () => {
  it('has what comes after a position, and ends at its last message where there is more', () => {
    const part = pageOf(page([1, 2, 3, 4], END), at(1), 2);
    expect(ids(part)).toEqual(['m2', 'm3']);
    expect(part.end).toEqual(at(3));
    expect(pageOf(page([1, 2, 3, 4], END), at(2), 2).end).toEqual(END);
  });

  it('goes on with the page that begins at its end', () => {
    const whole = joined(page([1, 2], at(2)), page([3, 4], END));
    expect(ids(whole)).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(whole.end).toEqual(END);
  });

  it.each([
    { first: 5, second: 7, whole: 5 },
    { first: 7, second: 5, whole: 5 },
    { first: 5, second: undefined, whole: 5 },
    { first: undefined, second: 7, whole: 7 },
    { first: undefined, second: undefined, whole: undefined },
  ])('is as old as what was read first: $first and $second', ({ first, second, whole }) => {
    expect(joined(page([1], at(1), first), page([2], END, second)).asOf).toBe(whole);
  });
});
