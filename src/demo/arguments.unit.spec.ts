import { readArguments } from './arguments';

describe('the arguments of the demo', () => {
  it('plays the bundled file with 16 customers side by side when nothing is asked for', () => {
    expect(readArguments([])).toEqual({ help: false, data: undefined, report: undefined, concurrency: 16 });
  });

  it('takes a file, a report and a concurrency', () => {
    expect(readArguments(['--data', 'my.csv', '--report=out.json', '--concurrency', '32'])).toEqual({
      help: false,
      data: 'my.csv',
      report: 'out.json',
      concurrency: 32,
    });
  });

  it.each(['--help', '-h'])('knows %s', (help) => {
    expect(readArguments([help]).help).toBe(true);
  });

  it.each(['0', '501', '-4', '1.5', 'many', ''])('says which concurrency would do instead of "%s"', (concurrency) => {
    expect(() => readArguments([`--concurrency=${concurrency}`])).toThrow(/give a whole number from 1 to 500/);
  });

  it.each([[['--speed', '9']], [['--data']], [['my.csv']]])('shows how it is used when it is asked with %j', (argv) => {
    expect(() => readArguments(argv)).toThrow(/npm run demo -- \[options\]/);
  });

  it.each(['data', 'report'])('wants a name behind --%s', (option) => {
    expect(() => readArguments([`--${option}=`])).toThrow(/wants the name of a file/);
  });
});
