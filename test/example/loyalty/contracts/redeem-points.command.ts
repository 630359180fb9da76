import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../../src/platform/contracts';

/** Takes points off an account. Refused with `loyalty.points-insufficient` where there are fewer. */
@CommandContract('loyalty.redeem-points', { version: 1 })
export class RedeemPoints extends CommandMessage<RedeemPoints, { balance: number }> {
  @IsUUID()
  readonly customerId!: string;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly points!: number;
}
