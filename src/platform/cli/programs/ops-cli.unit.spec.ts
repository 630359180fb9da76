import { Module } from '@nestjs/common';
import { BoundedContext } from '../../hosting/bounded-context';
import { opsCommand } from './ops.cli';
import { short, table } from '../table';

@BoundedContext({ name: 'things' })
@Module({})
class ThingsModule {}

@Module({ imports: [ThingsModule] })
class Root {}

describe('npm run ops', () => {
  const run = async (...argv: string[]): Promise<{ code: number; printed: string; noted: string }> => {
    const [printed, noted]: [string[], string[]] = [[], []];
    const code = await opsCommand({
      root: Root,
      invariants: [],
      argv,
      env: {},
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
    });
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  };

  it('explains itself', async () => {
    const { code, printed } = await run('--help');
    expect(code).toBe(0);
    expect(printed).toMatch(
      /redrive <subscription> \[--key KEY\] +lets a subscription's parked messages be tried again/,
    );
    expect(await run('quiescent', '--help')).toMatchObject({
      code: 0,
      printed: expect.stringContaining('--wait SECONDS  wait this long for it'),
    });
  });

  it.each<[string, string[], string]>([
    ['no command', [], 'Say what to do.'],
    ['an unknown command', ['stop'], 'There is no command "stop".'],
    ['an unknown option', ['deferred', '--all'], "Unknown option '--all'"],
    ['an option without its value', ['redrive', 'things.count', '--key'], '--key'],
    ['an empty value', ['redrive', 'things.count', '--key='], '--key wants a value.'],
    [
      'bytes that are no UTF-8',
      ['redrive', 'things.count', '--key', 'Zo\ufffd'],
      'holds bytes that are no UTF-8',
    ],
    ['a missing argument', ['pause'], 'pause wants a <subscription>.'],
    ['one argument too many', ['deferred', 'it'], 'deferred does not know what to do with "it".'],
    ['a wait that is no number', ['quiescent', '--wait', 'long'], '--wait long: give whole seconds'],
    ['an unknown module', ['redrive-job', 'nothings'], 'The modules are things.'],
    ['a job without its key', ['redrive-job', 'things', 'things.count'], 'Write <type>/<key>'],
    ['a generation of an unknown module', ['begin-generation', 'nothings'], 'The modules are things.'],
    ['an unknown saga', ['saga-diagram', 'things.life'], 'There is no saga "things.life".'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    const { code, printed, noted } = await run(...argv);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(noted).toContain(message);
  });
});

describe('a table', () => {
  it('aligns numbers to the right and text to the left', () => {
    expect(
      table(
        ['NAME', 'LAG', 'STATE'],
        [
          ['a', 5, 'paused'],
          ['longer', 12_345, ''],
        ],
      ),
    ).toEqual(['NAME       LAG  STATE', 'a            5  paused', 'longer  12,345']);
  });

  it('lets nothing through to the terminal that is not text', () => {
    expect(table(['ERROR'], [['\u001b[2Jgone']])[1]).toBe(' [2Jgone');
  });

  it('shortens long texts to one line', () => {
    expect(short('a\n  b', 10)).toBe('a b');
    expect(short('abcdefghijk', 10)).toBe('abcdefghi…');
  });
});
