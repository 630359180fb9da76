import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/**
 * Nothing is held: the amount would have taken the customer's open holds above the credit limit, or the hold
 * was released before it was asked for.
 */
@EventContract('payments.credit-refused', { version: 1 })
export class CreditRefused extends EventMessage<CreditRefused> {
  @IsUUID()
  readonly orderId!: string;

  /**
   * What the customer could still have had, in minor units of the currency that was asked for; never below
   * zero.
   */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly available!: number;
}
