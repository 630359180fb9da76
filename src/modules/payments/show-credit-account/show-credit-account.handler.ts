import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { CreditAccount } from '../domain/credit-account';
import { CreditAccountRepository } from '../persistence/credit-account.repository';
import type { CreditAccountsView, CreditView } from './credit-account.view';
import { ShowCreditAccount } from './show-credit-account.query';

@QueryHandler(ShowCreditAccount)
export class ShowCreditAccountHandler implements IQueryHandler<ShowCreditAccount> {
  constructor(private readonly accounts: CreditAccountRepository) {}

  async execute({ customerId, currency }: ShowCreditAccount): Promise<CreditAccountsView> {
    const accounts = await this.accounts.ofCustomer(customerId);
    const asked = accounts.find((account) => account.currency === currency) ?? this.accounts.atDefault(customerId, currency);
    return { customerId, ...viewOf(asked), accounts: accounts.map(viewOf) };
  }
}

const viewOf = (account: CreditAccount): CreditView => ({
  limit: account.money(account.limitAmount),
  held: account.money(account.held),
  available: account.money(account.available),
  revision: account.revision,
});
