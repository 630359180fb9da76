import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { ReleaseCredit } from '../contracts/release-credit.command';
import { accountIdOf } from '../domain/credit-account';
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
    await this.accounts.lockAll(
      holds.flatMap(({ heldOn }) => (heldOn ? accountIdOf(heldOn.customerId, heldOn.currency) : [])),
    );
  }

  async execute({ orderId }: ReleaseCredit): Promise<void> {
    const hold = await this.holds.lockOrCreate(orderId);
    const { heldOn } = hold;
    const account = heldOn && (await this.accounts.lockOrOpen(heldOn.customerId, heldOn.currency));
    hold.release(account);
    if (account) await this.accounts.save(account);
    await this.holds.save(hold);
  }
}
