import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SetCreditLimit } from '../contracts/set-credit-limit.command';
import { CreditAccountRepository } from '../persistence/credit-account.repository';

@CommandHandler(SetCreditLimit)
export class SetCreditLimitHandler implements ICommandHandler<SetCreditLimit> {
  constructor(private readonly accounts: CreditAccountRepository) {}

  async execute({ customerId, limit, expectedRevision }: SetCreditLimit): Promise<void> {
    const account = await this.accounts.lockOrOpen(customerId, limit.currency);
    account.setLimit(limit, expectedRevision);
    await this.accounts.save(account);
  }
}
