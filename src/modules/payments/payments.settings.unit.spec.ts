import { settingsOf } from '../../../test/support/settings-of';
import { type Environment, SettingsError } from '../../platform/config/env-reader';
import { PaymentsSettings } from './payments.settings';

const read = (environment: Environment): PaymentsSettings => settingsOf(PaymentsSettings, environment);
const problemsOf = (environment: Environment): readonly string[] => {
  try {
    read(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

describe('the settings of payments', () => {
  describe('take default credit limits', () => {
    const limits = (text: string): (number | undefined)[] => {
      const { defaultCreditLimits } = read({ DEFAULT_CREDIT_LIMIT: text });
      return ['GBP', 'EUR', 'JPY', 'KWD'].map((currency) => defaultCreditLimits.get(currency));
    };

    it('as one number of pence, which is as many major units in every currency', () => {
      expect(limits('')).toEqual([150_000, 150_000, 1_500, 1_500_000]);
      expect(limits('5')).toEqual([5, 5, 0, 50]);
      const most = Number.MAX_SAFE_INTEGER;
      expect(limits(String(most))).toEqual([most, most, Math.floor(most / 100), most]);
    });

    it('or for the currencies named, and for no other', () => {
      expect(limits('GBP:150000, JPY:9007199254740991')).toEqual([
        150_000,
        undefined,
        Number.MAX_SAFE_INTEGER,
        undefined,
      ]);
    });

    it.each(['GBP:', 'GBP:1,XXZ:2', 'gbp:1', 'GBP:1,GBP:2', 'GBP:9007199254740992', 'GBP:-1', 'GBP:1,2'])(
      'but not %s',
      (text) => {
        expect(problemsOf({ DEFAULT_CREDIT_LIMIT: text })).toEqual([
          expect.stringMatching(/^DEFAULT_CREDIT_LIMIT must be .* such as GBP:150000/),
        ]);
      },
    );
  });

  it('want a provider that can answer within the limit of a call', () => {
    const slow = { PAYMENT_SIMULATOR_LATENCY_MS: '6000' };
    expect(() => read(slow)).toThrow(
      'PAYMENT_SIMULATOR_LATENCY_MS is 6000 and not less than PAYMENT_ATTEMPT_MS, 5000',
    );
    expect(read({ ...slow, PAYMENT_ATTEMPT_MS: '20000', PAYMENT_LONGEST_REST_MS: '1000' })).toMatchObject({
      simulatorLatencyMs: 6_000,
      attemptMs: 20_000,
      longestRestMs: 1_000,
    });
  });

  it('say what is wrong with one number', () => {
    const problem =
      'DEFAULT_CREDIT_LIMIT must be a whole number from 0 to 9007199254740991. Correct it, or unset it for 150000.';
    for (const text of ['-1', '1.5', '1e3', 'much', '9007199254740992'])
      expect(problemsOf({ DEFAULT_CREDIT_LIMIT: text })).toEqual([problem]);
    expect(problemsOf({ PAYMENT_SIMULATOR_FAILURE_RATE: '1.5' })).toEqual([
      'PAYMENT_SIMULATOR_FAILURE_RATE must be a number from 0 to 1. Correct it, or unset it for 0.',
    ]);
  });
});
