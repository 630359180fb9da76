import { stepsOf } from './page';
import { compared } from './printed';

const same = (printed: string, page: string): boolean => {
  const { printed: left, page: right } = compared(printed, page);
  return JSON.stringify(left) === JSON.stringify(right);
};

describe('what a page says that a command prints', () => {
  it.each([
    [
      'an id',
      '{"orderId":"019a-no","id":"01940000-0000-7000-8000-000000000001"}',
      '{"orderId":"019a-no","id":"01940000-0000-7000-8000-0000000000ff"}',
    ],
    ['a time', 'since 2026-01-02T03:04:05.678Z', 'since 2025-11-12T13:14:15Z'],
    ['a number and the width of its column', 'shipments  1,204  16', 'shipments      3     8'],
    ['a position', 'ends at 1.204.17, goes on at 2.0', 'ends at 1.3.5, goes on at 2.0'],
    ['a checksum', 'orders 0123456789ab same', 'orders ffff56789abc same'],
    ['what is left out', 'a b c\nd\ne\nf', 'a ...\n...\nf'],
  ])('is that but for %s', (_what, printed, page) => expect(same(printed, page)).toBe(true));

  it.each([
    ['a word', 'tables same', 'tables DIFFERENT'],
    ['a port', 'at http://127.0.0.1:3000', 'at http://127.0.0.1:3001'],
    ['a place', 'lives in 127.0.0.1:5433/shipping', 'lives in 127.0.0.2:5433/shipping'],
    ['a version', 'orders.order-placed v1', 'orders.order-placed v2'],
    ['a line more', 'a\nb', 'a'],
    ['a line less', 'a', 'a\nb'],
    ['a state', '{"state":"placed"}', '{"state":"completed"}'],
    ['what comes after what is left out', 'a\nb\nc', '...\nb'],
  ])('is not that with %s', (_what, printed, page) => expect(same(printed, page)).toBe(false));
});

describe('the steps of a page', () => {
  it('are its bash blocks, each with the block behind it that has no language', () => {
    const page = [
      '# Page',
      '```sh',
      'npm ci',
      '```',
      'Then:',
      '```bash',
      'one',
      'two',
      '```',
      '```',
      '1',
      '```',
      '```bash',
      'three',
      '```',
      '',
    ].join('\n');
    expect(stepsOf(page)).toEqual([
      { line: 6, commands: 'one\ntwo\n', prints: '1\n' },
      { line: 13, commands: 'three\n', prints: undefined },
    ]);
  });
});
