import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refusal } from '../../../../src/platform/domain';
import { RedeemPoints } from '../contracts/redeem-points.command';
import { PointsAccountRepository } from '../persistence/points-account.repository';

@CommandHandler(RedeemPoints)
export class RedeemPointsHandler implements ICommandHandler<RedeemPoints> {
  constructor(private readonly accounts: PointsAccountRepository) {}

  async execute({ customerId, points }: RedeemPoints): Promise<{ balance: number }> {
    const account = await this.accounts.lock(customerId);
    if (!account)
      throw new Refusal('unknown', 'loyalty.account-unknown', `The customer ${customerId} has no points.`);
    account.redeem(points);
    await this.accounts.save(account);
    return { balance: account.balance };
  }
}
