import { Injectable } from '@nestjs/common';
import { Money } from '../../../platform/domain';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { accountIdOf, CreditAccount } from '../domain/credit-account';
import { PaymentsSettings } from '../payments.settings';

@Injectable()
export class CreditAccountRepository extends AggregateRepository<CreditAccount> {
  private readonly defaultLimits: ReadonlyMap<string, number>;

  constructor(work: UnitOfWork, settings: PaymentsSettings) {
    super(work, CreditAccount, 'accountId');
    this.defaultLimits = settings.defaultCreditLimits;
  }

  /** The customer's account in a currency, locked; opened at the default limit when it was never used. */
  async lockOrOpen(customerId: string, currency: string): Promise<CreditAccount> {
    const account =
      (await this.lock(accountIdOf(customerId, currency))) ?? (await this.openAndLock(customerId, currency));
    if (!account)
      throw new Error(
        `The credit account of customer ${customerId} in ${currency} was removed while it was being opened.`,
      );
    return account;
  }

  /** Those that were used, in the order of their currencies' codes. */
  ofCustomer(customerId: string): Promise<CreditAccount[]> {
    return this.work.manager.find(CreditAccount, { where: { customerId }, order: { currency: 'asc' } });
  }

  /** The account as it would be opened now. */
  atDefault(customerId: string, currency: string): CreditAccount {
    return CreditAccount.open(customerId, Money.of(this.defaultLimits.get(currency) ?? 0, currency));
  }

  /** Another unit of work may open it at the same time: then that one is locked. */
  private async openAndLock(customerId: string, currency: string): Promise<CreditAccount | null> {
    await this.addUnlessThere(this.atDefault(customerId, currency));
    return this.lock(accountIdOf(customerId, currency));
  }
}
