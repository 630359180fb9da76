import { IsIn, IsInt, IsUUID, Min } from 'class-validator';
import { EventContract, EventMessage } from '../../../../src/platform/contracts';

/** A customer's points went up or down. Key: customerId. */
@EventContract('loyalty.points-changed', { version: 1 })
export class PointsChanged extends EventMessage<PointsChanged> {
  @IsUUID()
  readonly customerId!: string;

  /** By how many; negative when they were taken away. */
  @IsInt()
  readonly change!: number;

  @IsInt()
  @Min(0)
  readonly balance!: number;

  @IsIn(['given', 'redeemed', 'expired'])
  readonly reason!: 'given' | 'redeemed' | 'expired';
}
