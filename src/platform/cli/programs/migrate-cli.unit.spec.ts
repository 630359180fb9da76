import { Module } from '@nestjs/common';
import { migrateCommand } from './migrate.cli';

@Module({})
class Root {}

describe('npm run migrate', () => {
  /** With an environment that it could not do anything with. */
  async function run(...argv: string[]): Promise<{ code: number; printed: string; noted: string }> {
    const [printed, noted]: string[][] = [[], []];
    const output = {
      print: (line: string) => void printed.push(line),
      note: (line: string) => void noted.push(line),
    };
    const code = await migrateCommand(Root, argv, { DATABASE_URL: 'nonsense' }, output);
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  }

  it.each(['--help', '-h'])('explains itself and migrates nothing: %s', async (option) => {
    const { code, printed, noted } = await run(option);
    expect({ code, noted }).toEqual({ code: 0, noted: '' });
    expect(printed).toContain('DATABASE_ADMIN_URL');
  });

  it.each(['--everything', 'orders'])(
    'refuses what it does not know, with the way out: %s',
    async (argument) => {
      const { code, printed, noted } = await run(argument);
      expect({ code, printed }).toEqual({ code: 2, printed: '' });
      expect(noted).toContain(argument);
      expect(noted).toContain('with MODULES those modules only');
    },
  );

  it('says which setting cannot be used', async () => {
    const { code, noted } = await run();
    expect(code).toBe(1);
    expect(noted).toContain('DATABASE_URL');
  });
});
