import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Money } from '../../../platform/domain/money';
import { CreditAccountRepository } from '../persistence/credit-account.repository';
import type { CreditAccountView } from './credit-account.view';
import { ShowCreditAccount } from './show-credit-account.query';

@QueryHandler(ShowCreditAccount)
export class ShowCreditAccountHandler implements IQueryHandler<ShowCreditAccount> {
  constructor(private readonly accounts: CreditAccountRepository) {}

  async execute({ customerId }: ShowCreditAccount): Promise<CreditAccountView> {
    const { currency, limitAmount, held, available, revision } = await this.accounts.findOrDefault(customerId);
    return {
      customerId,
      limit: Money.of(limitAmount, currency),
      held: Money.of(held, currency),
      available: Money.of(available, currency),
      revision,
    };
  }
}
