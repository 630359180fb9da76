import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/messaging/handlers';
import { ReleaseCredit } from '../contracts/release-credit.command';
import { CreditAccountRepository } from '../persistence/credit-account.repository';
import { CreditHoldRepository } from '../persistence/credit-hold.repository';

@CommandHandler(ReleaseCredit)
export class ReleaseCreditHandler implements ICommandHandler<ReleaseCredit>, Prefetching<ReleaseCredit> {
  constructor(
    private readonly holds: CreditHoldRepository,
    private readonly accounts: CreditAccountRepository,
  ) {}

  async prefetch(commands: readonly ReleaseCredit[]): Promise<void> {
    const holds = await this.holds.lockAll(commands.map(({ orderId }) => orderId));
    await this.accounts.lockAll(holds.flatMap(({ isHeld, customerId }) => (isHeld && customerId !== null ? customerId : [])));
  }

  async execute({ orderId }: ReleaseCredit): Promise<void> {
    const hold = await this.holds.lockOrCreate(orderId);
    const account = hold.isHeld && hold.customerId !== null ? await this.accounts.lockOrOpen(hold.customerId) : undefined;
    hold.release(account);
    if (account) await this.accounts.save(account);
    await this.holds.save(hold);
  }
}
