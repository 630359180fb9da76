import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsOptional, IsUUID, Min, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/**
 * Sets what a customer's open holds in the limit's currency may reach together; those in others have limits
 * of their own.
 */
@CommandContract('payments.set-credit-limit', { version: 1 })
export class SetCreditLimit extends CommandMessage<SetCreditLimit> {
  @IsUUID()
  readonly customerId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly limit!: Money;

  /** Refused unless the account is at this revision. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedRevision?: number;
}
