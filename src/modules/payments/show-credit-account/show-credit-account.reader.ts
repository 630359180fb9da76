import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import type { CreditAccount } from '../domain/credit-account';
import { CreditAccountRepository } from '../persistence/credit-account.repository';
import type { CreditAccountsView, CreditView } from './credit-account.view';

/**
 * Reads a customer's credit account in a currency, or what it would be when the customer ordered now; and all
 * that are open.
 */
@Injectable()
export class ShowCreditAccountReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly accounts: CreditAccountRepository,
  ) {}

  async read(customerId: string, currency: string): Promise<CreditAccountsView> {
    const accounts = await this.work.read('payments', () => this.accounts.ofCustomer(customerId));
    const asked =
      accounts.find((account) => account.currency === currency) ??
      this.accounts.atDefault(customerId, currency);
    return { customerId, ...viewOf(asked), accounts: accounts.map(viewOf) };
  }
}

const viewOf = (account: CreditAccount): CreditView => ({
  limit: account.money(account.limitAmount),
  held: account.money(account.held),
  available: account.money(account.available),
  revision: account.revision,
});
