import { Type } from 'class-transformer';
import { IsDefined, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** A customer's credit limit in one currency was set. Open holds may be above a lowered limit; they stay. */
@EventContract('payments.credit-limit-changed', { version: 1 })
export class CreditLimitChanged extends EventMessage<CreditLimitChanged> {
  @IsUUID()
  readonly customerId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly limit!: Money;
}
