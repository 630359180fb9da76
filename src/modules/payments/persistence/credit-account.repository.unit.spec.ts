import { settingsOf } from '../../../../test/support/settings-of';
import type { UnitOfWork } from '../../../platform/unit-of-work/unit-of-work';
import { PaymentsSettings } from '../payments.settings';
import { CreditAccountRepository } from './credit-account.repository';

describe('a credit account that was never used', () => {
  const limits = (setting: string, ...currencies: string[]): number[] => {
    const accounts = new CreditAccountRepository(
      {} as UnitOfWork,
      settingsOf(PaymentsSettings, { DEFAULT_CREDIT_LIMIT: setting }),
    );
    return currencies.map((currency) => accounts.atDefault('customer', currency).limitAmount);
  };

  it('is at the default limit of its currency, and without credit where there is none', () => {
    expect(limits('150000', 'GBP', 'EUR', 'JPY', 'XXZ')).toEqual([150_000, 150_000, 1_500, 0]);
    expect(limits('GBP:5,JPY:7', 'GBP', 'EUR', 'JPY')).toEqual([5, 0, 7]);
  });
});
