import { Injectable } from '@nestjs/common';
import { Settings } from '../../../platform/config/settings';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Money } from '../../../platform/domain/money';
import { CreditAccount } from '../domain/credit-account';

const DEFAULT_CURRENCY = 'GBP';

@Injectable()
export class CreditAccountRepository extends AggregateRepository<CreditAccount> {
  private readonly defaultLimit: Money;

  constructor(work: UnitOfWork, settings: Settings) {
    super(work, CreditAccount, 'customerId');
    this.defaultLimit = Money.of(settings.payments.defaultCreditLimit, DEFAULT_CURRENCY);
  }

  /** The customer's account, locked; opened at the default limit when it was never used. */
  async lockOrOpen(customerId: string): Promise<CreditAccount> {
    const account = (await this.lock(customerId)) ?? (await this.openAndLock(customerId));
    if (!account) throw new Error(`The credit account of customer ${customerId} was removed while it was being opened.`);
    return account;
  }

  /** The customer's account, or what it would be when it were opened now. */
  async findOrDefault(customerId: string): Promise<CreditAccount> {
    return (await this.find(customerId)) ?? this.atDefault(customerId);
  }

  /** Somebody else may open it at the same time: then that one is locked. */
  private async openAndLock(customerId: string): Promise<CreditAccount | null> {
    await this.addUnlessThere(this.atDefault(customerId));
    return this.lock(customerId);
  }

  private atDefault(customerId: string): CreditAccount {
    return CreditAccount.open(customerId, this.defaultLimit);
  }
}
