import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { ReserveCredit } from '../contracts/reserve-credit.command';
import { accountIdOf } from '../domain/credit-account';
import { CreditAccountRepository } from '../persistence/credit-account.repository';
import { CreditHoldRepository } from '../persistence/credit-hold.repository';

@CommandHandler(ReserveCredit)
export class ReserveCreditHandler implements ICommandHandler<ReserveCredit>, Prefetching<ReserveCredit> {
  constructor(
    private readonly holds: CreditHoldRepository,
    private readonly accounts: CreditAccountRepository,
  ) {}

  async prefetch(commands: readonly ReserveCredit[]): Promise<void> {
    await this.holds.lockAll(commands.map(({ orderId }) => orderId));
    await this.accounts.lockAll(
      commands.map(({ customerId, amount }) => accountIdOf(customerId, amount.currency)),
    );
  }

  async execute({ orderId, customerId, amount }: ReserveCredit): Promise<void> {
    const hold = await this.holds.lockOrCreate(orderId);
    if (!hold.awaitsRequest) return;
    const account = await this.accounts.lockOrOpen(customerId, amount.currency);
    hold.reserve(account, amount);
    if (hold.isHeld) await this.accounts.save(account);
    await this.holds.save(hold);
  }
}
