import { WrongUse } from './command';
import { readOptions, wholeNumber } from './options';

const wrong = (message: string): WrongUse => new WrongUse(`${message}\nSee --help.`);
const read = (...args: string[]) =>
  readOptions({ args, options: { only: { type: 'string' }, all: { type: 'boolean' } } }, wrong).values;

describe('the arguments of a command line', () => {
  it('are read as they are declared', () => {
    expect(read('--only=some', '--all')).toEqual({ only: 'some', all: true });
    expect(readOptions({ args: ['one', 'two'], allowPositionals: true }, wrong).positionals).toEqual([
      'one',
      'two',
    ]);
  });

  it.each([
    [['--ony', 'some'], "Unknown option '--ony'"],
    [['--only'], "Option '--only <value>' argument missing"],
    [['more'], "Unexpected argument 'more'"],
    [['--only', 'Zo\ufffd'], '"Zo\ufffd" holds bytes that are no UTF-8'],
  ])('say what is wrong with %j, and what to write instead', (args, message) => {
    expect(() => read(...args)).toThrow(WrongUse);
    expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow('See --help.');
  });

  it('are not explained by how Node would take an unknown option for text', () => {
    const files = { args: ['--ony'], allowPositionals: true };
    expect(() => readOptions(files, (message) => new WrongUse(message))).toThrow(
      /^Unknown option '--ony'\.$/,
    );
  });

  it('hold whole numbers within their range', () => {
    const range = { min: 1, max: 500, such: 16 };
    expect(wholeNumber('rounds', undefined, range, wrong)).toBeUndefined();
    expect(['1', '500', '007'].map((text) => wholeNumber('rounds', text, range, wrong))).toEqual([1, 500, 7]);
    for (const text of ['', '0', '501', '-4', '1.5', '1e2', 'many', '9'.repeat(20)])
      expect(() => wholeNumber('rounds', text, range, wrong)).toThrow(
        `--rounds ${text}: give a whole number from 1 to 500, such as --rounds 16.`,
      );
  });
});
