import { figuresOf } from './move';

const said = (...lines: [seconds: number, text: string][]) =>
  lines.map(([seconds, text]) => ({ text, at: 1_000 + seconds * 1_000 }));
const move = (lines: ReturnType<typeof said>) =>
  ({ direction: 'extract', copy: 'replication', begunAt: 1_000, endedAt: 9_000, lines }) as const;

const WHOLE = said(
  [1, 'prepare ...'],
  [2, 'copy beforehand ...'],
  [2.1, '  outbox: 10,000 rows, 2.0 MB, 2.0 s ...'],
  [2.5, '  outbox: 25,000 rows, 5.5 MB, 2.2 s'],
  [2.6, '  shipments: 75,000 rows, 30.2 MB, 1.0 s'],
  [4, 'let go ...'],
  [4.5, 'fence ...'],
  [5, 'copy ...'],
  [5.5, 'shipping lives in 127.0.0.1:5432/shipping now'],
  [7, 'a process has taken shipping up in 127.0.0.1:5432/shipping'],
);

describe('The figures of a move', () => {
  it('come from what the tool says', () => {
    expect(figuresOf(move(WHOLE))).toEqual({
      seconds: 8,
      beforehand: 2,
      handOver: 3,
      fenced: 1,
      rows: 100_000,
      megabytes: 35.7,
    });
  });

  it('are none where nobody has taken the module up, and the error tells what was said', () => {
    expect(() => figuresOf(move(WHOLE.slice(0, -1)))).toThrow(
      /never said .*taken shipping up.*\nprepare \.\.\.\n/s,
    );
  });
});
