import { describeError } from './describe-error';

describe('An error, for operators', () => {
  it.each<[string, unknown, string]>([
    ['name and message', new TypeError('no such thing'), 'TypeError: no such thing'],
    ['what was thrown instead of an error', 'text', 'text'],
    [
      'no character that the database cannot store',
      new Error('an answer\0 of another'),
      'Error: an answer of another',
    ],
    ['what has no text', Object.create(null), 'something that cannot be written as text was thrown'],
    ['nothing', undefined, 'undefined'],
  ])('is %s', (_, error, text) => expect(describeError(error)).toBe(text));

  it('is bounded', () => expect(describeError(new Error('x'.repeat(5_000)))).toHaveLength(2_000));
});
