import { AppModule } from '../../src/app.module';
import { moveCommand } from '../../src/platform/extraction/move.cli';

describe('npm run extract', () => {
  it.each<[string, string[], string]>([
    [
      'calls that nobody makes',
      ['shipping', '--accept-calls', 'customers.find-customer'],
      'Those of shipping are customers.find-customer-address.',
    ],
    [
      'calls of a module that makes none',
      ['payments', '--accept-calls', 'payments.pay'],
      'Those of payments are none.',
    ],
    [
      'processes without an address',
      ['shipping', '--metrics', 'here'],
      '--metrics wants the addresses of processes',
    ],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    const noted: string[] = [];
    const code = await moveCommand({
      direction: 'extract',
      root: AppModule,
      argv,
      env: {},
      note: (line) => noted.push(line),
    });
    expect({ code, noted: noted.join('\n') }).toEqual({ code: 2, noted: expect.stringContaining(message) });
  });
});
