import type { Envelope, LogPosition } from '../messages/envelope';
import type { LogRecord } from './log-record';
import { RecordChain } from './record-chain';

const place = (seq: number): LogPosition => ({ generation: 1, tick: 1n, seq: BigInt(seq) });
const message = {} as Envelope;
/** A message that stands at `seq`, with `after` before it. */
const record = (seq: number, after = seq - 1, through = seq): LogRecord => ({
  position: place(seq),
  after: place(after),
  through: place(through),
  message,
});

describe('The records of a stream', () => {
  it('go on one after the other', () => {
    const chain = new RecordChain(place(0));
    expect([1, 2, 3].map((seq) => chain.accept(record(seq)))).toEqual([record(1), record(2), record(3)]);
    expect(chain.reached).toEqual(place(3));
    expect(chain.gapBefore).toBeUndefined();
  });

  it('are dropped when they come again', () => {
    const chain = new RecordChain(place(0));
    for (const seq of [1, 2, 3]) chain.accept(record(seq));
    expect([1, 3, 2].map((seq) => chain.accept(record(seq)))).toEqual([undefined, undefined, undefined]);
    expect(chain.reached).toEqual(place(3));
  });

  it('are passed over behind something that is missing, until that has come', () => {
    const chain = new RecordChain(place(0));
    expect([1, 3, 4].map((seq) => chain.accept(record(seq)))).toEqual([record(1), undefined, undefined]);
    expect([chain.reached, chain.gapBefore]).toEqual([place(1), place(2)]);
    expect([2, 3, 4].map((seq) => chain.accept(record(seq)))).toEqual([record(2), record(3), record(4)]);
    expect([chain.reached, chain.gapBefore]).toEqual([place(4), undefined]);
  });

  it('are given up behind something that is missing only when thousands stand there', () => {
    const chain = new RecordChain(place(0));
    for (let seq = 2; seq <= 10_001; seq += 1) chain.accept(record(seq));
    expect(chain.isStuck).toBe(false);
    chain.accept(record(10_002));
    expect(chain.isStuck).toBe(true);
    chain.accept(record(1));
    expect(chain.isStuck).toBe(false);
  });

  it('begin with whatever comes first where nobody says where', () => {
    const chain = new RecordChain();
    expect([8, 9].map((seq) => chain.accept(record(seq)))).toEqual([record(8), record(9)]);
  });

  it('tell how far the log was read beyond a message that is known', () => {
    const chain = new RecordChain(place(3));
    expect(chain.accept(record(3, 2, 7))).toEqual({ position: place(3), after: place(3), through: place(7) });
    expect(chain.reached).toEqual(place(7));
    // A message that comes after the known one follows, however far the log was read.
    expect(chain.accept(record(9, 3))).toEqual(record(9, 3));
  });

  describe('of another log', () => {
    const of = (identity: string | undefined, seq: number, follows?: string): LogRecord => ({
      ...record(seq),
      identity,
      follows,
    });

    it('are passed over, until the log itself goes on', () => {
      const chain = new RecordChain(place(0), 'a');
      expect([chain.accept(of('b', 1)), chain.foreign, chain.reached]).toEqual([undefined, 'b', place(0)]);
      expect([chain.accept(of('a', 1)), chain.foreign, chain.reached]).toEqual([
        of('a', 1),
        undefined,
        place(1),
      ]);
    });

    it('are taken where they say that it goes on behind this one, and from then on no others', () => {
      const chain = new RecordChain(place(0));
      for (const taken of [of('a', 1), of('b', 2, 'a'), of('b', 3)])
        expect(chain.accept(taken)).toEqual(taken);
      expect([
        chain.accept(of('a', 4)),
        chain.accept(of('c', 4, 'a')),
        chain.identity,
        chain.foreign,
      ]).toEqual([undefined, undefined, 'b', 'c']);
    });

    it('are not known from those that were written before logs had identities', () => {
      const chain = new RecordChain(place(0));
      for (const taken of [of(undefined, 1), of('a', 2), of(undefined, 3), of('a', 4)])
        expect(chain.accept(taken)).toEqual(taken);
      expect(chain.identity).toBe('a');
    });
  });
});
