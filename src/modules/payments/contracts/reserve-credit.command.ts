import { Type } from 'class-transformer';
import { IsDefined, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Holds an amount on the customer's credit account in its currency. Answered by `CreditReserved` or
 * `CreditRefused`.
 */
@CommandContract('payments.reserve-credit', { version: 1 })
export class ReserveCredit extends CommandMessage<ReserveCredit> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly customerId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly amount!: Money;
}
