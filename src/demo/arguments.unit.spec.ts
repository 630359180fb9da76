import { readArguments } from './arguments';

describe('the arguments of the demo', () => {
  it('plays the bundled file with 16 customers side by side when nothing is asked for', () => {
    expect(readArguments([])).toEqual({
      help: false,
      data: undefined,
      report: undefined,
      concurrency: 16,
      elsewhere: undefined,
    });
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

  it.each(['0', '501', '-4', '1.5', 'many', ''])(
    'says which concurrency would do instead of "%s"',
    (concurrency) => {
      expect(() => readArguments([`--concurrency=${concurrency}`])).toThrow(
        /give a whole number from 1 to 500/,
      );
    },
  );

  it.each([[['--speed', '9']], [['--data']], [['my.csv']]])(
    'shows how it is used when it is asked with %j',
    (argv) => {
      expect(() => readArguments(argv)).toThrow(/npm run demo -- \[options\]/);
    },
  );

  it.each(['data', 'report'])('wants a name behind --%s', (option) => {
    expect(() => readArguments([`--${option}=`])).toThrow(/wants the name of a file/);
  });

  it('takes the addresses of an application that runs already', () => {
    const { elsewhere } = readArguments([
      '--url',
      'http://127.0.0.1:3000/',
      '--ops',
      'http://127.0.0.1:3001, http://127.0.0.1:4001',
    ]);
    expect(elsewhere).toEqual({
      url: 'http://127.0.0.1:3000',
      opsUrls: ['http://127.0.0.1:3001', 'http://127.0.0.1:4001'],
    });
  });

  it.each([[['--url', 'http://127.0.0.1:3000']], [['--ops', 'http://127.0.0.1:3001']]])(
    'wants both kinds of addresses, not only %j',
    (argv) => {
      expect(() => readArguments(argv)).toThrow(/--url and --ops belong together/);
    },
  );

  it('says what an address looks like', () => {
    expect(() => readArguments(['--url', 'localhost:3000', '--ops', 'http://127.0.0.1:3001'])).toThrow(
      /"localhost:3000" is no address/,
    );
  });
});
